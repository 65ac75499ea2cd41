#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "task/record_form.hpp"
#include "task/service_config.hpp"

namespace shoal::task {

enum class TaskType { multiple_choice, exact_match, judge, toxicity, http, command };

/// How answers are looked for: whole words only, plain substrings as in the published code, or the last number of the
/// output, compared as a number.
enum class Match { word, reference, number };

/// One entry of utility.tasks. Empty optionals mean the default that the task's type and name imply.
struct TaskConfig {
  std::string name;
  TaskType type = TaskType::multiple_choice;
  std::filesystem::path data;        ///< {"dev", "test"} JSON, or empty when dev and test are JSONL files of their own
  std::filesystem::path dev_data;    ///< JSON lines, or one JSON list
  std::filesystem::path test_data;   ///< the same
  std::optional<RecordForm> fields;  ///< how records become items, when they are not items already
  std::optional<std::string> instruction;
  std::optional<std::string> prompt;  ///< template with {question}, {choices}, {instruction}
  std::optional<std::string> icl_prompt;
  std::optional<int> max_new_tokens;
  Match match = Match::word;
  std::optional<std::size_t> dev_limit;  ///< only the first examples of the split
  std::optional<std::size_t> test_limit;
  double weight = 1.0;
  bool chat_template = false;           ///< prompts are messages of a user
  ServiceConfig service;                ///< types judge, toxicity, http, command
  std::vector<std::string> notes = {};  ///< what of another tool's task file could not be carried over
};

/// "multiple_choice", "exact_match", …
const std::vector<std::string>& type_names();
std::string name_of(TaskType type);

/// "word", "reference", "number".
const std::vector<std::string>& match_names();

/// Whether somebody outside of this process scores the answers.
bool scored_elsewhere(TaskType type);

}  // namespace shoal::task
