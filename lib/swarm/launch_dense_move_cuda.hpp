#pragma once

#include <cstdint>

#include "swarm/move_factors.hpp"

struct CUstream_st;  // cudaStream_t is a pointer to it

namespace shoal::swarm {

/// Vectors of a rank's particles in device memory.
struct DeviceVectors {
  float* position;             ///< x [particles, length]
  float* velocity;             ///< v [particles, length]
  const float* best_position;  ///< p [particles, length]
  const float* best;           ///< g [length]
  const float* worst;          ///< g_w [length]
  int particles;
  std::int64_t length;
};

/// Queues the move of all particles (dense_move.cuh); `factors` [particles] are in device memory too.
void launch_dense_move(const DeviceVectors& vectors, const MoveFactors* factors, CUstream_st* stream);

}  // namespace shoal::swarm
