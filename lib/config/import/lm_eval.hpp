#pragma once

#include <filesystem>

#include "config/import/imported.hpp"

namespace shoal::config {

/// A task file of the LM Evaluation Harness as a task file of ours (shoal eval --task, or an entry of utility.tasks).
/// Throws Error{usage}, Error{input} like read_lm_eval_task.
Imported import_lm_eval(const std::filesystem::path& file);

}  // namespace shoal::config
