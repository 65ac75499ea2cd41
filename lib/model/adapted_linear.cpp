#include "model/adapted_linear.hpp"

#include <ATen/ops/linear.h>

#include "model/row_padding.hpp"

namespace shoal::model {

AdaptedLinear::AdaptedLinear(Linear base, const at::Tensor& a, const at::Tensor& b)
    : base_(std::move(base)), a_(a.contiguous()), b_turned_(b.t().contiguous()) {}

at::Tensor AdaptedLinear::operator()(const at::Tensor& x) const {
  const at::Tensor rows = pad_rows(x);
  at::Tensor y = base_(rows);
  if (a_.defined()) y.addmm_(at::linear(rows, a_), b_turned_);
  return without_padding(y, x.size(0));
}

}  // namespace shoal::model
