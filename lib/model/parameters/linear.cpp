#include "model/parameters/linear.hpp"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/linear.h>

#include <optional>
#include <string_view>

#include "model/kernel/row_padding.hpp"

namespace shoal::model {

namespace {

constexpr std::int64_t typical_rows = 200;  // a hint to oneDNN's choice of layout; measured: any value does

using Pack = at::Tensor(const at::Tensor&, std::optional<std::int64_t>);
using Multiply = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
                            c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

// The two operators have no C++ header; LibTorch builds without oneDNN lack them.
template <typename Signature>
std::optional<c10::TypedOperatorHandle<Signature>> find(const char* name) {
  const auto schema = c10::Dispatcher::singleton().findSchema({name, ""});
  if (!schema) return std::nullopt;
  return schema->typed<Signature>();
}

const auto& pack_operator() {
  static const auto operation = find<Pack>("mkldnn::_reorder_linear_weight");
  return operation;
}

const auto& multiply_operator() {
  static const auto operation = find<Multiply>("mkldnn::_linear_pointwise");
  return operation;
}

bool can_pack(const at::Tensor& weight) {
  if (!weight.is_cpu() || !pack_operator() || !multiply_operator()) return false;
  if (weight.scalar_type() == at::kFloat) return true;
  return weight.scalar_type() == at::kBFloat16 && __builtin_cpu_supports("avx512bw") != 0;
}

std::optional<at::Tensor> if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional<at::Tensor>(tensor) : std::nullopt;
}

}  // namespace

Linear::Linear(const at::Tensor& weight, const at::Tensor& bias)
    : bias_(bias), in_features_(weight.size(1)), out_features_(weight.size(0)), packed_(can_pack(weight)) {
  weight_ = packed_ ? pack_operator()->call(weight, typical_rows) : weight;
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const at::Tensor rows = pad_rows(x);
  const at::Tensor y = packed_ ? multiply_operator()->call(rows, weight_, if_defined(bias_), "none",
                                                           c10::List<std::optional<at::Scalar>>(), "")
                               : at::linear(rows, weight_, if_defined(bias_));
  return without_padding(y, x.size(0));
}

std::size_t Linear::bytes() const {
  if (!weight_.defined()) return 0;
  const auto values = in_features_ * out_features_ + (bias_.defined() ? bias_.numel() : 0);
  return static_cast<std::size_t>(values * weight_.element_size());
}

}  // namespace shoal::model
