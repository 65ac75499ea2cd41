#pragma once

#include <span>

#include "evaluation/workload.hpp"

namespace shoal::plan {

/// An asynchronous search of complete evaluations that is to be simulated.
struct SimulatedSearch {
  int particles = 1;
  int iterations = 1;  ///< after iteration 0, which is a wave like any other
  int ranks = 1;
  int threads = 1;  ///< per rank
};

/// Seconds until every iteration is over. Blocks are handed out and evaluations taken by the search's own bookkeeping
/// (PendingEvaluations) under the same rule: a particle goes on at once, and at most one iteration ahead. Messages cost
/// nothing. `block_seconds[b]`: what block b of the workload takes.
double asynchronous_seconds(const SimulatedSearch& search, const evaluation::Workload& workload,
                            std::span<const double> block_seconds);

}  // namespace shoal::plan
