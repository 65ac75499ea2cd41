#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shoal::config {

/// One model of a merge: a folder, perhaps with an adapter on it, and the weight that it is merged with.
struct MergekitModel {
  std::string base;     ///< the model itself
  std::string adapter;  ///< base+adapter: the adapter; else empty
  std::string weight;   ///< a number; empty when there is none
};

/// What a mergekit file merges, and what of it has no place in a search, one sentence each.
struct MergekitModels {
  std::string base;  ///< empty: none is named
  std::vector<MergekitModel> models;
  std::vector<std::string> notes;
};

/// `models`, or one slice over the whole depth. Throws Error{usage} for several slices, modules, or no model at all.
MergekitModels mergekit_models(const YAML::Node& merge, const std::filesystem::path& file);

/// "org/name@revision" without the revision.
std::string without_revision(const std::string& model);

}  // namespace shoal::config
