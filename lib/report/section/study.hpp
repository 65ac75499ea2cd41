#pragma once

#include <string>

#include "results/result/study.hpp"

namespace shoal::report {

/// HTML: a row per search of a study with the paired difference to the whole one, and what may be concluded from it.
std::string study_section(const results::Study& study);

}  // namespace shoal::report
