#include <algorithm>

#include "swarm/dense/dense_move.cuh"
#include "swarm/dense/launch_dense_move_cuda.hpp"

namespace shoal::swarm {

void launch_dense_move(const DeviceVectors& vectors, const MoveFactors* factors, CUstream_st* stream) {
  constexpr std::int64_t threads = 256;
  constexpr std::int64_t most_blocks = 4096;
  if (vectors.particles == 0 || vectors.length == 0) return;
  const std::int64_t blocks = std::min((vectors.length + threads - 1) / threads, most_blocks);
  move_dense_kernel<<<static_cast<unsigned>(blocks), static_cast<unsigned>(threads), 0, stream>>>(
      vectors.position, vectors.velocity, vectors.best_position, vectors.best, vectors.worst, factors,
      vectors.particles, vectors.length);
}

}  // namespace shoal::swarm
