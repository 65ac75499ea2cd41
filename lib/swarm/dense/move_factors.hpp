#pragma once

namespace shoal::swarm {

/// What a move in weight space multiplies with, in float32: r φ / C of the four terms, and λ.
struct MoveFactors {
  float inertia;
  float cognitive;
  float social;
  float repel;
  float step;
};

}  // namespace shoal::swarm
