#pragma once

#include <filesystem>
#include <vector>

#include "io/baseline_config.hpp"
#include "io/yaml_reader.hpp"

namespace shoal::io {

/// The key `baselines`: none, default, all, or a list of names and mappings. `default`, also when the key is missing:
/// what costs little beside a search (dare_ties in merge space delta needs memory for whole weights). `all`: what the
/// experts allow (free coefficients need LoRA). Relative paths are relative to `folder`. Throws Error{usage}.
std::vector<BaselineConfig> read_baselines(YamlMap& document, const std::filesystem::path& folder,
                                           const std::string& merge_space,
                                           const std::vector<std::filesystem::path>& experts);

}  // namespace shoal::io
