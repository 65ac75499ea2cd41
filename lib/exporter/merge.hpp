#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exporter/model_folder.hpp"

namespace shoal::exporter {

/// The options of `shoal merge`. Model and experts come from a configuration when one is given, else from themselves;
/// methods that search for weights need one, for its examples.
struct MergeRequest {
  std::string method;
  std::string config;
  std::string model;
  std::vector<std::string> experts;
  std::optional<std::string> merge_space;
  std::vector<double> weights;
  double density = 0.5;
  std::optional<std::uint64_t> seed;
  std::string out;
  ExportForm form = ExportForm::adapter;
  std::optional<std::int64_t> rank;
};

/// What `shoal merge` can do.
std::vector<std::string> method_names();

/// Merges and writes a PEFT adapter or a model, with model card and merge.json, which says from what. Returns what was
/// done, in sentences with newlines. Throws Error{usage}, Error{input}, Error{resource}.
std::string merge(const MergeRequest& request);

}  // namespace shoal::exporter
