#pragma once

#include <filesystem>
#include <vector>

#include "config/import/imported.hpp"

namespace shoal::config {

/// A merge of mergekit as a search over the same models: its models become the experts, its base the base. What it
/// merges by – method, weights, densities – is what a search finds out, and is told as a warning with the command that
/// does that one merge. `tasks`: task or data files to search on; without any, the configuration lacks a utility.
/// Throws Error{usage} for merges that are no weighted sums of whole models (stacked layers).
Imported import_mergekit(const std::filesystem::path& file, const std::vector<std::filesystem::path>& tasks);

}  // namespace shoal::config
