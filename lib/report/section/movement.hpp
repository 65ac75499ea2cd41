#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: how far the swarm is spread out, and the step length, over iterations; then the numbers behind all curves.
std::string movement_section(const results::RunRecord& run);

}  // namespace shoal::report
