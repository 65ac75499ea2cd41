#pragma once

#include <vector>

#include "swarm/evaluation.hpp"
#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// Adds the evaluations whose utility is not finite to those of the run. Throws Error{input} when there are more than
/// max_invalid.
void count_invalid(SwarmState& state, const std::vector<Evaluation>& evaluations, const Settings& settings);

}  // namespace shoal::swarm
