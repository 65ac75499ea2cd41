#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "baselines/position_scorer.hpp"
#include "swarm/settings.hpp"

namespace shoal::baselines {

/// A search for the coefficients of n experts that spends what the swarm has spent.
struct CoefficientSearch {
  swarm::Settings settings;  ///< optimiser, particles, top_k; what else a swarm does is switched off
  int experts = 0;
  std::uint64_t seed = 0;
  std::int64_t evaluations = 0;  ///< as many whole generations as fit; at least the first
  /// Whether coefficients sum to 1. Free ones are searched for as those of n experts and the base, which has no weights
  /// of its own to add.
  bool affine = true;
  double bound = std::numeric_limits<double>::infinity();  ///< free coefficients: of their magnitudes
  double penalty = 0.0;                                    ///< taken off the utility per sum of magnitudes
};

/// The best coefficients, one per expert. `score`: on the search examples; `validate`, unless empty, chooses among the
/// best of them on examples kept out, as it does for the swarm. A utility that is not finite is worse than all others.
/// Deterministic. Empty: interrupted.
std::optional<FoundPosition> search_coefficients(const CoefficientSearch& search, const PositionScorer& score,
                                                 const PositionScorer& validate);

}  // namespace shoal::baselines
