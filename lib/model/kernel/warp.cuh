#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

// Device code only: included by .cu files, and by the tests that run kernels thread by thread on the CPU
// (tests/support/cuda_on_cpu.hpp). Kernels keep to plain C++, warp shuffles and static shared memory for that reason.

namespace shoal::model {

constexpr unsigned warp_size = 32;
constexpr unsigned whole_warp = 0xffffffffU;

/// `width` numbers that are read or written in one go; with sizeof(T) * width = 16 the widest access that there is.
template <typename T, int width>
struct alignas(sizeof(T) * static_cast<std::size_t>(width)) Pack {
  T values[static_cast<std::size_t>(width)];
};

template <typename T>
constexpr int widest = static_cast<int>(16 / sizeof(T));

__device__ inline std::int64_t thread_index() { return static_cast<std::int64_t>(threadIdx.x); }
__device__ inline std::int64_t thread_count() { return static_cast<std::int64_t>(blockDim.x); }

// All lanes get the sum, added up in the same order on every run.
__device__ inline float warp_sum(float value) {
  for (int distance = 16; distance > 0; distance /= 2) value += __shfl_xor_sync(whole_warp, value, distance);
  return value;
}

__device__ inline float warp_max(float value) {
  for (int distance = 16; distance > 0; distance /= 2)
    value = fmaxf(value, __shfl_xor_sync(whole_warp, value, distance));
  return value;
}

// All threads get the sum. Whole warps only; once per kernel.
__device__ inline float block_sum(float value) {
  __shared__ float parts[warp_size];
  const float mine = warp_sum(value);
  if (threadIdx.x % warp_size == 0) parts[threadIdx.x / warp_size] = mine;
  __syncthreads();
  float total = 0.0F;
  for (unsigned warp = 0; warp < blockDim.x / warp_size; ++warp) total += parts[warp];
  return total;
}

}  // namespace shoal::model
