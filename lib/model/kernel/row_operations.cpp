#include "model/kernel/row_operations.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

#include "model/kernel/device_rows.hpp"
#include "model/kernel/row_kernels.hpp"

namespace shoal::model {

namespace {

template <typename T>
const T* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<T>() : nullptr;
}

template <typename T>
void add_norm_on_cpu(const at::Tensor& residual, const at::Tensor& update, const at::Tensor& weight, double eps,
                     const at::Tensor& out) {
  add_norm_rows(residual.mutable_data_ptr<T>(), data_or_null<T>(update), weight.const_data_ptr<T>(),
                out.mutable_data_ptr<T>(), residual.size(0), residual.size(1), eps);
}

template <typename T>
void rotate_on_cpu(const at::Tensor& qkv, const RotationPlan& plan, const AttentionBuffers& buffers) {
  rotate_rows(plan, qkv.const_data_ptr<T>(), buffers.queries.mutable_data_ptr<T>(), buffers.keys.mutable_data_ptr<T>(),
              buffers.values.mutable_data_ptr<T>());
}

}  // namespace

at::Tensor add_norm(const at::Tensor& residual, const at::Tensor& update, const at::Tensor& weight, double eps) {
  const at::Tensor out = at::empty_like(residual);
  if (!residual.is_cpu()) {
    add_norm_on_device(residual, update, weight, eps, out);
  } else if (residual.scalar_type() == at::kFloat) {
    add_norm_on_cpu<float>(residual, update, weight, eps, out);
  } else {
    add_norm_on_cpu<c10::BFloat16>(residual, update, weight, eps, out);
  }
  return out;
}

at::Tensor gate(const at::Tensor& gate_up) {
  const auto rows = gate_up.size(0);
  const auto size = gate_up.size(1) / 2;
  const at::Tensor out = at::empty({rows, size}, gate_up.options());
  if (!gate_up.is_cpu()) {
    gate_on_device(gate_up, out);
  } else if (gate_up.scalar_type() == at::kFloat) {
    gate_rows(gate_up.const_data_ptr<float>(), out.mutable_data_ptr<float>(), rows, size);
  } else {
    gate_rows(gate_up.const_data_ptr<c10::BFloat16>(), out.mutable_data_ptr<c10::BFloat16>(), rows, size);
  }
  return out;
}

void rotate_and_store(const at::Tensor& qkv, std::int64_t head_dim, const RowPlacement& placement,
                      const RotaryTable& table, const AttentionBuffers& buffers) {
  const RotationPlan plan{.rows = qkv.size(0),
                          .query_size = buffers.queries.size(1),
                          .kv_size = buffers.keys.size(1),
                          .head_dim = head_dim,
                          .cosine = table.cosine.const_data_ptr<float>(),
                          .sine = table.sine.const_data_ptr<float>(),
                          .positions = placement.positions.const_data_ptr<std::int64_t>(),
                          .slots = placement.slots.const_data_ptr<std::int64_t>()};
  if (!qkv.is_cpu()) return rotate_and_store_on_device(qkv, plan, buffers);
  if (qkv.scalar_type() == at::kFloat) return rotate_on_cpu<float>(qkv, plan, buffers);
  rotate_on_cpu<c10::BFloat16>(qkv, plan, buffers);
}

}  // namespace shoal::model
