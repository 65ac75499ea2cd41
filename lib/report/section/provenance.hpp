#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML, folded: the resolved configuration, versions and host, inputs with their SHA-256. Empty without run.json.
std::string provenance_section(const results::RunRecord& run);

}  // namespace shoal::report
