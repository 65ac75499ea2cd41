#include "swarm/invalid_evaluations.hpp"

#include <cmath>

#include "base/error.hpp"

namespace shoal::swarm {

void count_invalid(SwarmState& state, const std::vector<Evaluation>& evaluations, const Settings& settings) {
  for (const Evaluation& evaluation : evaluations)
    state.invalid_evaluations += std::isfinite(evaluation.utility) ? 0 : 1;
  if (state.invalid_evaluations > settings.invalid_allowed()) {
    fail(ExitCode::input, "{} utilities of this run were not finite (swarm.max_invalid allows {}). Check the task.",
         state.invalid_evaluations, settings.invalid_allowed());
  }
}

}  // namespace shoal::swarm
