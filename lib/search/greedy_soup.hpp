#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "swarm/coordinates.hpp"

namespace shoal::search {

/// Utilities of some positions on the search examples; empty: interrupted.
using PositionScorer = std::function<std::optional<std::vector<double>>(std::span<const swarm::Coordinates>)>;

struct FoundPosition {
  swarm::Coordinates position;
  double utility = 0.0;
  std::int64_t evaluations = 0;
};

/// Greedy soup (Wortsman et al. 2022): experts from the best down; each joins the equally weighted mean when that does
/// not lower its utility. Ties go to the first expert. Empty: interrupted.
std::optional<FoundPosition> greedy_soup(std::size_t experts, const PositionScorer& score);

}  // namespace shoal::search
