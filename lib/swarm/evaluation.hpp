#pragma once

#include <functional>
#include <optional>
#include <vector>

namespace shoal::swarm {

/// What a pruned evaluation is known to lie between.
struct Interval {
  double lower = 0.0;
  double upper = 0.0;
};

/// What came back from evaluating one particle on the search examples.
struct Evaluation {
  double utility = 0.0;        ///< may be non-finite: then it counts as invalid. Pruned: the upper bound
  std::vector<double> scores;  ///< one per search example, in the order of the tasks; compared pairwise only. NaN where
                               ///< pruning left the example out
  /// Of a pruned evaluation: it can neither exceed its personal best nor be the lowest of the moment.
  std::optional<Interval> bounds = std::nullopt;
};

/// Mean per-example difference of two evaluations (candidate minus incumbent) and its standard error; for combined
/// utilities by jackknife over examples. Provided by whoever knows how scores combine.
struct PairedDifference {
  double difference = 0.0;
  double standard_error = 0.0;
};
using PairedTest = std::function<PairedDifference(const Evaluation& candidate, const Evaluation& incumbent)>;

}  // namespace shoal::swarm
