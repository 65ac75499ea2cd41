#pragma once

#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// Whether a particle goes back to its personal best before its next move: it has not improved for restart_patience
/// evaluations, or its last utility was not finite.
bool due_for_restart(const Particle& particle, const Settings& settings);

/// x <- p, v <- 0. One-shot: the age starts anew, after the cool-down. Sticky: the age goes on, so that the particle
/// restarts in every iteration until it improves.
void restart(Particle& particle, const Settings& settings);

}  // namespace shoal::swarm
