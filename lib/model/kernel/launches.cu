#include <algorithm>
#include <type_traits>

#include "model/kernel/launches_cuda.hpp"
#include "model/kernel/row_kernels.cuh"
#include "model/kernel/step_attention.cuh"

namespace shoal::model {

namespace {

constexpr unsigned row_threads = 256;
constexpr std::int64_t most_gate_blocks = 4096;

/// Calls visit with the numbers per access that row starts and lengths allow, as a constant.
template <typename T, typename Visit>
void with_width(std::int64_t row_length, const Visit& visit) {
  if (row_length % widest<T> == 0) {
    visit(std::integral_constant<int, widest<T>>());
  } else {
    visit(std::integral_constant<int, 1>());
  }
}

/// Calls visit with how many columns of a head each lane holds, as a constant.
template <typename Visit>
void with_columns(std::int64_t head_dim, const Visit& visit) {
  if (head_dim <= 32) return visit(std::integral_constant<int, 1>());
  if (head_dim <= 64) return visit(std::integral_constant<int, 2>());
  if (head_dim <= 128) return visit(std::integral_constant<int, 4>());
  visit(std::integral_constant<int, 8>());
}

}  // namespace

template <typename T>
void launch_add_norm(T* residual, const T* update, const T* weight, T* out, std::int64_t rows, std::int64_t size,
                     double eps, CUstream_st* stream) {
  with_width<T>(size, [&](auto width) {
    add_norm_kernel<T, decltype(width)::value><<<static_cast<unsigned>(rows), row_threads, 0, stream>>>(
        residual, update, weight, out, size, static_cast<float>(eps));
  });
}

template <typename T>
void launch_gate(const T* gate_up, T* out, std::int64_t rows, std::int64_t size, CUstream_st* stream) {
  with_width<T>(size, [&](auto width) {
    const std::int64_t packs = rows * size / decltype(width)::value;
    const std::int64_t blocks = std::min((packs + row_threads - 1) / row_threads, most_gate_blocks);
    gate_kernel<T, decltype(width)::value>
        <<<static_cast<unsigned>(blocks), row_threads, 0, stream>>>(gate_up, out, rows, size);
  });
}

template <typename T>
void launch_rotate(const RotationPlan& plan, const T* qkv, T* queries, T* keys, T* values, CUstream_st* stream) {
  rotate_kernel<T><<<static_cast<unsigned>(plan.rows), row_threads, 0, stream>>>(plan, qkv, queries, keys, values);
}

template <typename T>
void launch_step_attention(const StepAttention<T>& attention, CUstream_st* stream) {
  const dim3 grid(static_cast<unsigned>(attention.kv_heads), static_cast<unsigned>(attention.rows));
  with_width<T>(attention.head_dim, [&](auto width) {
    with_columns(attention.head_dim, [&](auto columns) {
      step_attention_kernel<T, decltype(width)::value, decltype(columns)::value>
          <<<grid, step_warps * warp_size, 0, stream>>>(attention);
    });
  });
}

#define SHOAL_LAUNCHES(T)                                                                                      \
  template void launch_add_norm(T*, const T*, const T*, T*, std::int64_t, std::int64_t, double, CUstream_st*); \
  template void launch_gate(const T*, T*, std::int64_t, std::int64_t, CUstream_st*);                           \
  template void launch_rotate(const RotationPlan&, const T*, T*, T*, T*, CUstream_st*);                        \
  template void launch_step_attention(const StepAttention<T>&, CUstream_st*);
SHOAL_LAUNCHES(float)
SHOAL_LAUNCHES(c10::BFloat16)
#undef SHOAL_LAUNCHES

}  // namespace shoal::model
