#pragma once

#include <span>
#include <vector>

#include "swarm/coordinates.hpp"

namespace shoal::swarm {

/// The n coefficients of a block sum to 1, so n - 1 of their combinations are free. These are the coordinates along the
/// orthonormal directions
///     h_j = (1, …, 1, -j, 0, …, 0) / sqrt(j (j + 1)),   j ones,   j = 1 … n - 1
/// from the even mix: distances stay what they are. A position of B blocks has B (n - 1) of them.
std::vector<double> to_free(const Coordinates& position, int experts);

/// The position with these free coordinates: in each block 1/n + sum_j q_j h_j.
Coordinates from_free(std::span<const double> free, int experts);

}  // namespace shoal::swarm
