#pragma once

#include <span>
#include <vector>

#include "swarm/bests.hpp"
#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// Takes an iteration's evaluations into state.memory, for the optimisers that keep one: CMA-ES adapts, the surrogate
/// adds the positions with finite utilities.
void remember(SwarmState& state, const std::vector<Evaluated>& evaluated, const Settings& settings);

}  // namespace shoal::swarm
