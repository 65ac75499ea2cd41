#pragma once

#include <span>

#include "swarm/draws.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// The four weights r φ of an update, and their sum.
struct UpdateWeights {
  double inertia;
  double cognitive;
  double social;
  double repel;
  double sum;
};

UpdateWeights update_weights(const Settings& settings, const UpdateDraws& draws);

/// λ of the iteration after one that had `step_length`.
double next_step_length(double step_length, const Settings& settings);

/// Moves one particle (arXiv 2410.11163, Algorithm 1): changes its velocity, then its position. `weights[b]` are those
/// of block b of layers, whose coordinates lie together.
void move(Particle& particle, const Coordinates& global_best, const Coordinates& global_worst, double step_length,
          std::span<const UpdateWeights> weights);

}  // namespace shoal::swarm
