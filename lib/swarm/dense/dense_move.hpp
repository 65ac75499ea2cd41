#pragma once

#include <cstddef>
#include <span>

#include "swarm/dense/move_factors.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm {

/// The vectors of one particle and the common ones, all of one length: its flattened weights, float32.
struct DenseParticle {
  std::span<float> position;             ///< x
  std::span<float> velocity;             ///< v
  std::span<const float> best_position;  ///< p
};
struct DenseBests {
  std::span<const float> best;   ///< g
  std::span<const float> worst;  ///< g_w
};

/// The weights of a move divided by C. All draws 0: those with which the velocity stays.
MoveFactors move_factors(const UpdateWeights& weights, double step_length);

/// The part [begin, end) of a move in weight space, in one pass over memory:
///     v <- ( w_v v + w_p (p - x) + w_g (g - x) + w_w (x - g_w) ) / C      x <- x + λ v
/// The weights are divided by C and rounded to float32 once; each weight of the model is computed on its own, so the
/// bits depend neither on the part nor on the machine. All draws 0: the velocity stays.
void move_dense(const DenseParticle& particle, const DenseBests& bests, double step_length,
                const UpdateWeights& weights, std::size_t begin, std::size_t end);

}  // namespace shoal::swarm
