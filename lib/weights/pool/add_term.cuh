#pragma once

#include <cstdint>

// Device code only: included by .cu files, and by the tests that run kernels on the CPU.

namespace shoal::weights {

/// sum[i] <- sum[i] + a x[i] with product and sum rounded to float32 on their own, as weighted_sum does on CPUs: the
/// intrinsics are never fused. A grid of any size.
template <typename T>
__global__ void add_term_kernel(float* sum, const T* x, float a, std::int64_t count) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * static_cast<std::int64_t>(blockDim.x);
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * static_cast<std::int64_t>(blockDim.x);
  for (std::int64_t i = first + static_cast<std::int64_t>(threadIdx.x); i < count; i += stride)
    sum[i] = __fadd_rn(sum[i], __fmul_rn(a, static_cast<float>(x[i])));
}

}  // namespace shoal::weights
