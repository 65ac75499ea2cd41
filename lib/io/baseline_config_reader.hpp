#pragma once

#include <filesystem>
#include <vector>

#include "io/baseline_config.hpp"
#include "io/yaml_reader.hpp"

namespace shoal::io {

/// What decides which baselines can be made at all, or cheaply.
struct BaselineScope {
  bool lora = true;          ///< the experts are adapters, not full models
  bool whole_delta = false;  ///< merge space delta: merging number by number needs memory for whole weights
  bool answers = true;       ///< every task has answers, none measures likelihoods
  bool sharded = false;      ///< no rank has whole experts
};

/// The key `baselines`: none, default, all, or a list of names and mappings. `default`, also when the key is missing:
/// what costs little beside a search. `all`: what can be made without anything from the user. Relative paths are
/// relative to `folder`. Throws Error{usage}.
std::vector<BaselineConfig> read_baselines(YamlMap& document, const std::filesystem::path& folder,
                                           const BaselineScope& scope);

}  // namespace shoal::io
