#pragma once

#include <cstdint>
#include <span>

#include "swarm/move_factors.hpp"

namespace shoal::swarm {

/// Vectors of a rank's particles where the device can address them.
struct DeviceVectors {
  float* position;             ///< x [particles, length]
  float* velocity;             ///< v [particles, length]
  const float* best_position;  ///< p [particles, length]
  const float* best;           ///< g [length]
  const float* worst;          ///< g_w [length]
  int particles;
  std::int64_t length;
};

/// Whether this build can use a GPU and there is one.
bool has_device();

/// Moves all particles on the device (dense_move.cuh: the bits of move_dense) and waits for it; `factors` has one for
/// each. Call where has_device(). Throws Error{resource}.
void move_on_device(const DeviceVectors& vectors, std::span<const MoveFactors> factors);

}  // namespace shoal::swarm
