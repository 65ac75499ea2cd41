#pragma once

#include <span>
#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: a table with a row per run, and the curves of their global bests in one plot.
std::string comparison_sections(std::span<const RunRecord> runs);

}  // namespace shoal::io::report
