#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// "max_iteration" → "reached max_iteration"; unknown reasons as they are.
std::string stop_text(const std::string& reason);

/// Seconds of the whole run, or of the iterations so far.
double run_seconds(const RunRecord& run);

/// HTML: the key figures (evaluations, iterations, time, ranks, dtype, stop reason, memory).
std::string facts_section(const RunRecord& run);

}  // namespace shoal::io::report
