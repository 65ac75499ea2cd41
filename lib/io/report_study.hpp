#pragma once

#include <string>

#include "io/study.hpp"

namespace shoal::io::report {

/// HTML: a row per search of a study with the paired difference to the whole one, and what may be concluded from it.
std::string study_section(const Study& study);

}  // namespace shoal::io::report
