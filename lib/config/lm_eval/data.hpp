#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::config {

/// The data files of an lm-eval task; empty: none for that split.
struct LmEvalData {
  std::filesystem::path dev;
  std::filesystem::path test;
  std::vector<std::string> notes;  ///< what was decided, and what the user must still do, one sentence each
};

/// Dev is the validation split, else the training split; test the test split, else a validation split that is not dev.
/// `file` and `name` are the task's. Throws Error{usage} for formats that cannot be read.
LmEvalData lm_eval_data(const YAML::Node& task, const std::filesystem::path& file, const std::string& name);

}  // namespace shoal::config
