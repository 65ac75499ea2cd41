#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::config {

/// A row of the final table beside experts, uniform soup and swarm (docs/merging.md).
struct BaselineConfig {
  std::string name;
  std::filesystem::path adapter;  ///< of data_merge: what was trained on all the experts' data
};

/// In the order of the table.
const std::vector<std::string>& baseline_names();

/// Whether it merges weights by a rule, without looking at any example.
bool merges_weights(const std::string& name);

/// What decides which baselines can be made at all, or cheaply.
struct BaselineScope {
  bool lora = true;          ///< the experts are adapters, not full models
  bool tokens = false;       ///< positions mix what experts say: no weights are summed
  bool whole_delta = false;  ///< merge space delta: merging number by number needs memory for whole weights
  bool answers = true;       ///< every task has answers, none measures likelihoods
  bool sharded = false;      ///< no rank has whole experts
};

/// Why a baseline cannot be made, as the end of a sentence that begins with its name; empty: it can.
std::string obstacle_to(const std::string& name, const BaselineScope& scope);

}  // namespace shoal::config
