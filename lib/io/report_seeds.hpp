#pragma once

#include <span>
#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: rows of the final tables as means over searches that differ in their seed, and the spread of the winners.
/// Empty while none has ended.
std::string seeds_section(std::span<const RunRecord> runs);

}  // namespace shoal::io::report
