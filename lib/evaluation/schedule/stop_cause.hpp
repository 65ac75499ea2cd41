#pragma once

#include <string>

#include "evaluation/schedule/worker_pool.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// Why evaluations ended before their time on this rank.
struct StopCause {
  bool given_up = false;
  std::string away;  ///< what is known about a service that cannot be reached; nobody's fault, and it may pass
};

/// Rethrows what went wrong. `given_up`: whether the work was cancelled, which is then no failure.
StopCause stop_cause_of(const WorkerPool& workers, bool given_up);

/// Whether any rank has given up; what services did is told on all of them. Collective.
bool given_up_anywhere(const Evaluator& evaluator, const StopCause& ending);

}  // namespace shoal::evaluation
