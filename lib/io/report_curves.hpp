#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: utility over iterations (global best, mean, every particle).
std::string utility_section(const RunRecord& run);

}  // namespace shoal::io::report
