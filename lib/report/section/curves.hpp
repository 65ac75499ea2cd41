#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: utility over iterations (global best, mean, every particle).
std::string utility_section(const results::RunRecord& run);

}  // namespace shoal::report
