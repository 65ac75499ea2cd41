#pragma once

#include <cstdint>

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

}  // namespace shoal::swarm
