#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// "max_iteration" → "reached max_iteration"; unknown reasons as they are.
std::string stop_text(const std::string& reason);

/// Seconds of the whole run, or of the iterations so far.
double run_seconds(const results::RunRecord& run);

/// HTML: the key figures (evaluations, iterations, time, ranks, dtype, stop reason, memory).
std::string facts_section(const results::RunRecord& run);

}  // namespace shoal::report
