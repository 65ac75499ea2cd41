#pragma once

#include <filesystem>

#include "io/yaml_reader.hpp"
#include "task/task_config.hpp"

namespace shoal::io {

/// One entry of utility.tasks; relative data paths are relative to `folder`. Throws Error{usage}.
task::TaskConfig read_task(YamlMap& map, const std::filesystem::path& folder);

}  // namespace shoal::io
