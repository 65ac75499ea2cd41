#pragma once

#include <filesystem>

#include "config/yaml/yaml_reader.hpp"
#include "task/task_config.hpp"

namespace shoal::config {

/// One entry of utility.tasks; relative data paths are relative to `folder`. Throws Error{usage}.
task::TaskConfig read_task(YamlMap& map, const std::filesystem::path& folder);

}  // namespace shoal::config
