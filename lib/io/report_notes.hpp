#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: what a careful reader must know: standard errors, choice of the winner, optimism of dev, number of searches,
/// leaks, unreadable answers, values that were not finite, gaps in the files.
std::string notes_section(const RunRecord& run);

}  // namespace shoal::io::report
