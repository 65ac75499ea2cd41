#include "task/task_config.hpp"

namespace shoal::task {

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names{
      "multiple_choice", "exact_match",       "judge",      "toxicity", "http",
      "command",         "option_likelihood", "perplexity", "abstain",  "reward"};
  return names;
}

std::string name_of(TaskType type) { return type_names()[static_cast<std::size_t>(type)]; }

const std::vector<std::string>& match_names() {
  static const std::vector<std::string> names{"word", "reference", "number"};
  return names;
}

const std::vector<std::string>& normalise_names() {
  static const std::vector<std::string> names{"none", "length"};
  return names;
}

const std::vector<std::string>& continuation_names() {
  static const std::vector<std::string> names{"text", "key"};
  return names;
}

bool scored_elsewhere(TaskType type) {
  return type == TaskType::judge || type == TaskType::toxicity || type == TaskType::http || type == TaskType::command;
}

bool has_scorer(TaskType type) { return scored_elsewhere(type) || type == TaskType::reward; }

bool measures_likelihood(TaskType type) { return type == TaskType::option_likelihood || type == TaskType::perplexity; }

bool has_options(TaskType type) {
  return type == TaskType::multiple_choice || type == TaskType::option_likelihood || type == TaskType::abstain;
}

}  // namespace shoal::task
