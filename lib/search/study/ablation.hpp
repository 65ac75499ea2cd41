#pragma once

#include <string>
#include <vector>

#include "config/run_config.hpp"

namespace shoal::search {

/// "crossover", "inertia", "repel", "randomness", "restart".
const std::vector<std::string>& ablation_names();

/// What switches a part of the algorithm off, as --set takes it. Crossover: every further particle begins as a copy of
/// an expert, so that the swarm stays as large and costs as much. Throws Error{usage} for an unknown name, and when the
/// configuration does without that part anyway.
std::vector<std::string> without(const std::string& part, const config::RunConfig& config);

}  // namespace shoal::search
