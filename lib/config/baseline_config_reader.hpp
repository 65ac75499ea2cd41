#pragma once

#include <filesystem>
#include <vector>

#include "config/baseline_config.hpp"
#include "config/yaml/yaml_reader.hpp"

namespace shoal::config {

/// The key `baselines`: none, default, all, or a list of names and mappings. `default`, also when the key is missing:
/// what costs little beside a search. `all`: what can be made without anything from the user. Relative paths are
/// relative to `folder`. Throws Error{usage}.
std::vector<BaselineConfig> read_baselines(YamlMap& document, const std::filesystem::path& folder,
                                           const BaselineScope& scope);

}  // namespace shoal::config
