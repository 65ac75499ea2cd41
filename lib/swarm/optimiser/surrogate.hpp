#pragma once

#include <span>

#include "swarm/coordinates.hpp"

namespace shoal::swarm {

/// A guess of the utility at a position, from the five evaluated positions nearest to it:
///     sum_j u_j / d_j^2  /  sum_j 1 / d_j^2      (Shepard 1968)
/// or the utility itself where a position has been evaluated. `archive`: rows of a utility and its position, at least
/// one; ties in distance go to the earlier row.
double guess_utility(std::span<const double> archive, const Coordinates& position);

}  // namespace shoal::swarm
