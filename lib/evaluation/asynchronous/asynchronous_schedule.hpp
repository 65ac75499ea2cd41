#pragma once

#include <optional>
#include <vector>

#include "evaluation/asynchronous/asynchronous_evaluation.hpp"
#include "swarm/async_iteration.hpp"
#include "task/utility.hpp"

namespace shoal::evaluation {

/// What the schedule works with; references must outlive it.
struct AsynchronousSetup {
  const Evaluator& evaluator;
  const Workload& workload;
  const task::Utility& utility;
  const swarm::Settings& settings;
  const swarm::PairedTest& paired_test;
  const swarm::EventOrder&
      event_order;  ///< on rank 0: to be repeated, as far as it goes; empty: as evaluations complete
};

/// An iteration with what was found in it.
struct EvaluatedIteration {
  swarm::Step step;
  std::vector<swarm::Evaluation> evaluations;  ///< by particle
};

/// Iterations of an asynchronous search: a particle goes on into the next one while others are still in this one, and
/// its evaluation there is taken when this one is over.
class AsynchronousSchedule {
 public:
  /// Collective, and so is destruction, which drops the evaluations under way.
  explicit AsynchronousSchedule(const AsynchronousSetup& setup);

  /// `go_on`: whether particles may go on into the next iteration. Empty: given up. Collective; every rank returns the
  /// same bits.
  std::optional<EvaluatedIteration> iterate(const swarm::SwarmState& before, const swarm::Proposal& proposal,
                                            bool go_on);

 private:
  bool advance(swarm::AsyncIteration& round, const swarm::Proposal& proposal, bool go_on,
               PendingEvaluations& under_way) const;
  std::optional<int> due(const swarm::AsyncIteration& round) const;
  void share(swarm::AsyncIteration& round) const;

  AsynchronousSetup setup_;
  AsynchronousEvaluation evaluation_;
};

}  // namespace shoal::evaluation
