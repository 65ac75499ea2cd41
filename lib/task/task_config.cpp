#include "task/task_config.hpp"

namespace shoal::task {

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names{"multiple_choice", "exact_match", "judge", "toxicity", "http", "command"};
  return names;
}

std::string name_of(TaskType type) { return type_names()[static_cast<std::size_t>(type)]; }

const std::vector<std::string>& match_names() {
  static const std::vector<std::string> names{"word", "reference", "number"};
  return names;
}

bool scored_elsewhere(TaskType type) { return type != TaskType::multiple_choice && type != TaskType::exact_match; }

}  // namespace shoal::task
