#include "model/parameters/adapted_linear.hpp"

#include <ATen/ops/linear.h>

#include "model/kernel/row_padding.hpp"

namespace shoal::model {

AdaptedLinear::AdaptedLinear(Linear base, const at::Tensor& a, const at::Tensor& b)
    : base_(std::move(base)), a_(a.contiguous()), b_turned_(b.t().contiguous()) {}

at::Tensor AdaptedLinear::operator()(const at::Tensor& x) const {
  const at::Tensor rows = pad_rows(x);
  at::Tensor y = base_(rows);
  if (a_.defined()) y.addmm_(at::linear(rows, a_), b_turned_);
  return without_padding(y, x.size(0));
}

void AdaptedLinear::add_factors(const at::Tensor& x, at::Tensor y) const {
  if (!a_.defined()) return;
  const at::Tensor rows = pad_rows(x);
  at::Tensor sum = pad_rows(y);
  sum.addmm_(at::linear(rows, a_), b_turned_);
  if (!sum.is_same(y)) y.copy_(without_padding(sum, y.size(0)));
}

}  // namespace shoal::model
