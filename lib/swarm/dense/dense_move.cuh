#pragma once

#include <cstdint>

#include "swarm/dense/move_factors.hpp"

// Device code only: included by .cu files, and by the tests that run kernels on the CPU.

namespace shoal::swarm {

/// move_dense for all particles of a rank, whose vectors lie one after the other: x, v and p [particles, length]; g and
/// g_w [length]; factors [particles]. A thread moves one weight of every particle, so that g and g_w are read once.
/// Every operation is rounded on its own, in the order of the CPU's: the intrinsics are never fused. A grid of any
/// size.
__global__ void move_dense_kernel(float* x, float* v, const float* p, const float* g, const float* g_w,
                                  const MoveFactors* factors, int particles, std::int64_t length) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * static_cast<std::int64_t>(blockDim.x);
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * static_cast<std::int64_t>(blockDim.x);
  for (std::int64_t k = first + static_cast<std::int64_t>(threadIdx.x); k < length; k += stride) {
    const float best = g[k];
    const float worst = g_w[k];
    for (int particle = 0; particle < particles; ++particle) {
      const std::int64_t i = particle * length + k;
      const MoveFactors f = factors[particle];
      const float at = x[i];
      float velocity = __fmul_rn(f.inertia, v[i]);
      velocity = __fadd_rn(velocity, __fmul_rn(f.cognitive, __fsub_rn(p[i], at)));
      velocity = __fadd_rn(velocity, __fmul_rn(f.social, __fsub_rn(best, at)));
      velocity = __fadd_rn(velocity, __fmul_rn(f.repel, __fsub_rn(at, worst)));
      v[i] = velocity;
      x[i] = __fadd_rn(at, __fmul_rn(f.step, velocity));
    }
  }
}

}  // namespace shoal::swarm
