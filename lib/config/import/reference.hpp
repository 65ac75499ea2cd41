#pragma once

#include <filesystem>

#include "config/import/imported.hpp"

namespace shoal::config {

/// The options of the published search.py (a command line, a shell script, JSON, its args.txt) as a configuration with
/// preset `reference`; or one of its data files as a task. Throws Error{usage}, Error{input}.
Imported import_reference(const std::filesystem::path& file);

}  // namespace shoal::config
