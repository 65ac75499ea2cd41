#pragma once

#include <filesystem>
#include <string>

#include "io/run_config.hpp"
#include "search/position_scorer.hpp"

namespace shoal::search {

/// Finds a baseline's coefficients (see is_search) by itself, with as many evaluations as the configuration's swarm may
/// make, in this process. `journals`: folder where an interrupted call leaves what it has scored for the next one.
/// Throws Error{usage}, Error{input}, Error{resource}; Error{service} when one is away.
FoundPosition search_weights(const io::RunConfig& config, const std::string& method,
                             const std::filesystem::path& journals);

}  // namespace shoal::search
