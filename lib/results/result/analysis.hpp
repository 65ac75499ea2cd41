#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace shoal::results {

/// What the winner answers that the experts do not, example by example. An example counts as answered from a score of
/// one half on.
struct Emergence {
  std::size_t examples = 0;
  std::size_t unsolved = 0;  ///< answered by no starting expert
  std::size_t emerged = 0;   ///< of those, answered by the winner: correctness emergence
  std::size_t missed = 0;    ///< not answered by the best single expert
  std::size_t gained = 0;    ///< of those, answered by the winner: correctness surge
  std::size_t lost = 0;      ///< answered by the best single expert, not by the winner

  bool operator==(const Emergence&) const = default;
};

/// One iteration of a search, in hindsight. Shares are of the search examples that no starting expert answers.
struct IterationAnalysis {
  double emerged_best = 0.0;  ///< answered by g as of this iteration; NaN where there are no such examples,
                              ///< or none are known because the search did not begin at the experts
  double emerged_any = 0.0;   ///< answered by any particle up to this iteration
  double diversity = 0.0;     ///< mean distance of two particles, in expert weights

  bool operator==(const IterationAnalysis&) const = default;
};

/// What a finished search tells about how it came by its winner (docs/analyses.md).
struct Analysis {
  Emergence dev;
  Emergence test;
  std::size_t rank_at_start = 0;  ///< of the winning particle among all at iteration 0, 1 for the best
  std::size_t particles = 0;
  std::vector<IterationAnalysis> iterations;  ///< empty when examples.h5 is missing

  bool operator==(const Analysis&) const = default;
};

/// `experts[k]` and the others are scores example by example; NaN is not answered.
Emergence emergence(std::span<const std::vector<double>> experts, std::size_t best_single,
                    std::span<const double> winner);

/// 1 + the number of utilities above that of `particle` (a utility that is not finite is below all others).
std::size_t rank_of(std::span<const double> utilities, std::size_t particle);

/// Mean of |x_i - x_j| over all pairs; 0 for a single position.
double mean_pairwise_distance(std::span<const std::vector<double>> positions);

}  // namespace shoal::results
