#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shoal::task {

enum class TaskType { multiple_choice, exact_match };

/// How answers are looked for: whole words only, or plain substrings as in the published code.
enum class Match { word, reference };

/// One entry of utility.tasks. Empty optionals mean the default that the task's type and name imply.
struct TaskConfig {
  std::string name;
  TaskType type = TaskType::multiple_choice;
  std::filesystem::path data;       ///< {"dev", "test"} JSON, or empty when dev and test are JSONL files of their own
  std::filesystem::path dev_data;   ///< JSONL
  std::filesystem::path test_data;  ///< JSONL
  std::optional<std::string> instruction;
  std::optional<std::string> prompt;  ///< template with {question}, {choices}, {instruction}
  std::optional<std::string> icl_prompt;
  std::optional<int> max_new_tokens;
  Match match = Match::word;
  std::optional<std::size_t> dev_limit;  ///< only the first examples of the split
  std::optional<std::size_t> test_limit;
  double weight = 1.0;
};

/// "multiple_choice", "exact_match".
const std::vector<std::string>& type_names();
std::string name_of(TaskType type);

}  // namespace shoal::task
