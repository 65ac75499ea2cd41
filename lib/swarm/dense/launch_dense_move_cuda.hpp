#pragma once

#include "swarm/dense/device_vectors.hpp"
#include "swarm/dense/move_factors.hpp"

struct CUstream_st;  // cudaStream_t is a pointer to it

namespace shoal::swarm {

/// Queues the move of all particles (dense_move.cuh); `factors` [particles] are in device memory too.
void launch_dense_move(const DeviceVectors& vectors, const MoveFactors* factors, CUstream_st* stream);

}  // namespace shoal::swarm
