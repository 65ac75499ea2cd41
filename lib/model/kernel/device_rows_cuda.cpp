#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "base/error.hpp"
#include "model/kernel/device_rows.hpp"
#include "model/kernel/launches_cuda.hpp"

namespace shoal::model {

namespace {

/// Calls queue(number of the compute type, stream) on the tensors' GPU and reports what the launch complains about.
template <typename Queue>
void on_device_of(const at::Tensor& tensor, const Queue& queue) {
  const c10::cuda::CUDAGuard guard(tensor.device());
  const auto stream = c10::cuda::getCurrentCUDAStream(tensor.device().index());
  if (tensor.scalar_type() == at::kFloat) {
    queue(float(), stream.stream());
  } else {
    expect(tensor.scalar_type() == at::kBFloat16, "GPUs compute in float32 or bfloat16.");
    queue(c10::BFloat16(), stream.stream());
  }
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

template <typename T>
const T* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.const_data_ptr<T>() : nullptr;
}

}  // namespace

void add_norm_on_device(const at::Tensor& residual, const at::Tensor& update, const at::Tensor& weight, double eps,
                        const at::Tensor& out) {
  on_device_of(residual, [&](auto number, CUstream_st* stream) {
    using T = decltype(number);
    launch_add_norm(residual.mutable_data_ptr<T>(), data_or_null<T>(update), weight.const_data_ptr<T>(),
                    out.mutable_data_ptr<T>(), residual.size(0), residual.size(1), eps, stream);
  });
}

void gate_on_device(const at::Tensor& gate_up, const at::Tensor& out) {
  on_device_of(gate_up, [&](auto number, CUstream_st* stream) {
    using T = decltype(number);
    launch_gate(gate_up.const_data_ptr<T>(), out.mutable_data_ptr<T>(), out.size(0), out.size(1), stream);
  });
}

void rotate_and_store_on_device(const at::Tensor& qkv, const RotationPlan& plan, const AttentionBuffers& buffers) {
  on_device_of(qkv, [&](auto number, CUstream_st* stream) {
    using T = decltype(number);
    launch_rotate(plan, qkv.const_data_ptr<T>(), buffers.queries.mutable_data_ptr<T>(),
                  buffers.keys.mutable_data_ptr<T>(), buffers.values.mutable_data_ptr<T>(), stream);
  });
}

void attend_steps_on_device(const AttentionShape& shape, const AttentionBuffers& buffers, const at::Tensor& key_rows,
                            const at::Tensor& positions, const at::Tensor& out) {
  expect(shape.head_dim <= longest_step_head, "heads of more than {} numbers have no kernel.", longest_step_head);
  on_device_of(buffers.queries, [&](auto number, CUstream_st* stream) {
    using T = decltype(number);
    launch_step_attention(StepAttention<T>{.queries = buffers.queries.const_data_ptr<T>(),
                                           .keys = buffers.keys.const_data_ptr<T>(),
                                           .values = buffers.values.const_data_ptr<T>(),
                                           .out = out.mutable_data_ptr<T>(),
                                           .key_rows = key_rows.const_data_ptr<std::int32_t>(),
                                           .positions = positions.const_data_ptr<std::int64_t>(),
                                           .rows = key_rows.size(0),
                                           .columns = key_rows.size(1),
                                           .heads = shape.heads,
                                           .kv_heads = shape.kv_heads,
                                           .head_dim = shape.head_dim},
                          stream);
  });
}

}  // namespace shoal::model
