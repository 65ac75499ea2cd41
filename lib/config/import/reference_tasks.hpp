#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::config {

/// The utility of a published search in our words.
struct ReferenceTasks {
  std::string utility;  ///< JSON: combine and tasks
  std::vector<std::string> notes;
};

/// What `--eval_type` and `--dataset` mean: a task, or the two tasks of a domain. Data files are looked for under
/// data/eval of `folder` and of the current folder. `only`: "one" or "two" of a domain's tasks, else both.
/// Throws Error{usage} for unknown types.
ReferenceTasks reference_tasks(const std::string& eval_type, const std::string& dataset, const std::string& only,
                               const std::filesystem::path& folder);

/// A data file of the published code as one task, scored as published.
std::string reference_data_task(const std::filesystem::path& file, bool has_choices);

}  // namespace shoal::config
