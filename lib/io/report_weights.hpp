#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: the winning position as signed bars, one per expert, largest first (means over blocks when there are several).
std::string weights_section(const RunRecord& run);

}  // namespace shoal::io::report
