#pragma once

#include <optional>
#include <string>
#include <vector>

#include "task/answer_parser.hpp"
#include "task/task_config.hpp"

namespace shoal::task {

enum class Split { dev, test };
const char* name_of(Split split);

/// One question with its gold answer: an option key (types with options), a string to be found (exact match), a text to
/// be measured (perplexity; its question may be empty), or what a scorer is told (may be empty).
struct Item {
  std::string question;
  std::vector<Choice> choices;  ///< in the order of the file; empty for types without options
  std::string answer;
};

/// The examples of one task.
struct Dataset {
  std::vector<Item> dev;
  std::vector<Item> test;
  std::optional<std::string> icl_prompt;  ///< worked examples that come with the file

  const std::vector<Item>& items(Split split) const { return split == Split::dev ? dev : test; }
};

/// Reads what `config` points at: {"dev": [...], "test": [...]} JSON, or one JSONL file per split; applies the limits.
/// Throws Error{input} naming file and item: missing or malformed files, not UTF-8, an empty task, a wrong type, an
/// answer that is no option.
Dataset read_dataset(const TaskConfig& config);

/// multiple_choice when the file's items have choices, else exact_match. Throws Error{input} like read_dataset.
TaskType guess_type(const std::filesystem::path& data);

}  // namespace shoal::task
