#include "task/task_config.hpp"

namespace shoal::task {

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names{"multiple_choice", "exact_match"};
  return names;
}

std::string name_of(TaskType type) { return type_names()[static_cast<std::size_t>(type)]; }

}  // namespace shoal::task
