#pragma once

#include <cstddef>
#include <optional>

#include "baselines/position_scorer.hpp"

namespace shoal::baselines {

/// Greedy soup (Wortsman et al. 2022): experts from the best down; each joins the equally weighted mean when that does
/// not lower its utility. Ties go to the first expert. Empty: interrupted.
std::optional<FoundPosition> greedy_soup(std::size_t experts, const PositionScorer& score);

}  // namespace shoal::baselines
