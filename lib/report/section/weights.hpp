#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: the winning position as signed bars, one per expert, largest first (means over blocks when there are several).
std::string weights_section(const results::RunRecord& run);

}  // namespace shoal::report
