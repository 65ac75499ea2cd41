#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: how far the swarm is spread out, and the step length, over iterations; then the numbers behind all curves.
std::string movement_section(const RunRecord& run);

}  // namespace shoal::io::report
