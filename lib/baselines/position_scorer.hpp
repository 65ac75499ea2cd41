#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "swarm/coordinates.hpp"

namespace shoal::baselines {

/// Utilities of some positions; empty: interrupted. Every rank calls it alike.
using PositionScorer = std::function<std::optional<std::vector<double>>(std::span<const swarm::Coordinates>)>;

/// What a search among positions comes up with.
struct FoundPosition {
  swarm::Coordinates position;
  double utility = 0.0;
  std::int64_t evaluations = 0;  ///< on the search examples
};

}  // namespace shoal::baselines
