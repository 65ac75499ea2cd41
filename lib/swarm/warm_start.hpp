#pragma once

#include <vector>

#include "swarm/state.hpp"

namespace shoal::swarm {

/// A position to begin at, from a search over the same experts.
struct WarmPosition {
  int particle = 0;  ///< whose personal best it is there
  Coordinates position;
};

/// The personal bests of a search, highest utility first, ties by id, each position once. Particles that never had a
/// finite utility have none, and neither have dense positions.
std::vector<WarmPosition> warm_positions(const SwarmState& state);

}  // namespace shoal::swarm
