#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML, folded: the resolved configuration, versions and host, inputs with their SHA-256. Empty without run.json.
std::string provenance_section(const RunRecord& run);

}  // namespace shoal::io::report
