#pragma once

#include <vector>

namespace shoal::swarm {

/// Affine coordinates over the n initial experts: x = sum_k x[k] E_k. Positions sum to 1, velocities to 0. With B
/// blocks of layers n of them for each block, one block after the other.
using Coordinates = std::vector<double>;

/// The position of an expert itself: 1 for it, 0 for the others, in every block.
Coordinates expert_position(int expert, int experts, int blocks = 1);

/// t a + (1 - t) b
Coordinates crossover(const Coordinates& a, const Coordinates& b, double t);

/// a - b
Coordinates difference(const Coordinates& a, const Coordinates& b);

}  // namespace shoal::swarm
