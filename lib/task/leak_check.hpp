#pragma once

#include <span>
#include <string>
#include <vector>

#include "task/task.hpp"

namespace shoal::task {

/// Test items of one task that its dev split gives away.
struct Leak {
  std::string task;
  std::size_t questions = 0;              ///< test items whose question stands in dev too
  std::size_t questions_and_answers = 0;  ///< … with the same answer
};

/// The tasks that have leaks. (Splits are compared within a task: the search sees dev, the report shows test.)
std::vector<Leak> find_leaks(std::span<const Task> tasks);

/// One sentence for a log or an error.
std::string describe(const Leak& leak);

}  // namespace shoal::task
