#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "swarm/draws.hpp"
#include "swarm/settings.hpp"
#include "swarm/state.hpp"
#include "swarm/warm_start.hpp"

namespace shoal::swarm {

/// What an iteration is about to evaluate. Everything is decided by the state before and by the random streams.
struct Proposal {
  int iteration = 0;
  std::optional<double> step_length;  ///< empty at iteration 0, and where there are no steps
  std::vector<Particle> particles;    ///< moved, not yet evaluated
  std::vector<bool> restarted;
  std::vector<bool> skipped;  ///< by dropout
  std::vector<ParticleDraws> draws;

  /// Ids of the particles to evaluate, ascending. Empty: a skipped iteration.
  std::vector<int> to_evaluate() const;
};

/// Iteration 0: the experts and their crossovers. The first particles begin at the positions of `warm` instead, as far
/// as there are any; crossovers are then of the first n particles, wherever they are.
Proposal start(const Settings& settings, int experts, std::uint64_t seed, std::span<const WarmPosition> warm = {});

/// A particle on its way to its next evaluation.
struct MovedParticle {
  Particle particle;
  bool restarted = false;
  std::vector<UpdateDraws> draws;
};

/// The swarm's own next move of a particle: restart, draws, update by the bests and the step length of `state`.
MovedParticle moved_on(const SwarmState& state, const Settings& settings, int particle);

/// The next iteration, as the optimiser wants it, or as it has begun (state.moves). Pure: every rank computes the same.
Proposal propose(const SwarmState& state, const Settings& settings);

}  // namespace shoal::swarm
