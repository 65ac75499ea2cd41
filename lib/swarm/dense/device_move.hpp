#pragma once

#include <span>

#include "swarm/dense/device_vectors.hpp"
#include "swarm/dense/move_factors.hpp"

namespace shoal::swarm {

/// Whether this build can use a GPU and there is one.
bool has_device();

/// Moves all particles on the device (dense_move.cuh: the bits of move_dense) and waits for it; `factors` has one for
/// each. Call where has_device(). Throws Error{resource}.
void move_on_device(const DeviceVectors& vectors, std::span<const MoveFactors> factors);

}  // namespace shoal::swarm
