#include "model/adapted_linear.hpp"

#include <ATen/ops/linear.h>

namespace shoal::model {

AdaptedLinear::AdaptedLinear(Linear base, const at::Tensor& a, const at::Tensor& b)
    : base_(std::move(base)), a_(a.contiguous()), b_turned_(b.t().contiguous()) {}

at::Tensor AdaptedLinear::operator()(const at::Tensor& x) const {
  at::Tensor y = base_(x);
  if (a_.defined()) y.addmm_(at::linear(x, a_), b_turned_);
  return y;
}

}  // namespace shoal::model
