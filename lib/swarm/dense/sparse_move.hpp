#pragma once

#include <array>
#include <cstddef>

#include "swarm/dense/dense_move.hpp"
#include "swarm/dense/mutation.hpp"

namespace shoal::swarm {

/// The smallest magnitude that each of the four terms keeps.
using Thresholds = std::array<float, 4>;

/// TIES: of each direction v, p - x, g - x, x - g_w the share `density` of largest magnitude stays.
Thresholds trim_thresholds(const DenseParticle& particle, const DenseBests& bests, double density);

/// What thins out the terms of a velocity.
struct SparseRule {
  VelocityRule velocity;  ///< ties or dare_ties
  Thresholds thresholds;  ///< of ties
  double density;         ///< of dare_ties
  Where where;
};

/// A move whose velocity is combined as in TIES (Yadav et al. 2023) or DARE-TIES (Yu et al. 2024). With the directions
/// d_1 … d_4 = v, p - x, g - x, x - g_w and their weights w_1 … w_4 = r φ, weight by weight:
///   thin out: ties sets d_j to 0 below its threshold; dare_ties keeps it with probability `density` as d_j / density,
///             where the Philox word j (purpose dare_mask) of that weight is below density 2^32
///   elect the sign s of sum_j w_j d_j
///   v <- the weighted mean of the d_j of that sign:  sum_{d_j s > 0} w_j d_j / sum_{d_j s > 0} w_j,  0 without any
///   x <- x + λ v
/// Where all d_j agree and none was thinned out this is the linear velocity. All draws 0: the velocity stays.
void move_sparsely(const DenseParticle& particle, const DenseBests& bests, double step_length,
                   const UpdateWeights& weights, const SparseRule& rule, std::size_t begin, std::size_t end);

}  // namespace shoal::swarm
