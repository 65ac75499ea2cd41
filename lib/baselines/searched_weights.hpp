#pragma once

#include <filesystem>
#include <string>

#include "baselines/position_scorer.hpp"
#include "config/run_config.hpp"

namespace shoal::baselines {

/// Finds a baseline's coefficients (see is_search) by itself, with as many evaluations as the configuration's swarm may
/// make, in this process. `journals`: folder where an interrupted call leaves what it has scored for the next one.
/// Throws Error{usage}, Error{input}, Error{resource}; Error{service} when one is away.
FoundPosition search_weights(const config::RunConfig& config, const std::string& method,
                             const std::filesystem::path& journals);

}  // namespace shoal::baselines
