#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::config {

/// A task file of the LM Evaluation Harness in our words. What cannot be carried over is told in `notes`, one sentence
/// each.
struct LmEvalTask {
  std::string entry;  ///< JSON: one entry of utility.tasks
  std::vector<std::string> notes;
};

/// Reads a task file with data on this machine (dataset_path: json) and Jinja templates; follows `include`. Files that
/// are found, beside the task file or in the current folder, are named by their whole path.
/// Throws Error{usage} for what cannot be a task here: Python functions as templates, other data formats, rolling
/// likelihoods.
LmEvalTask read_lm_eval_task(const std::filesystem::path& file);

}  // namespace shoal::config
