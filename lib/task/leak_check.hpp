#pragma once

#include <span>
#include <string>
#include <vector>

#include "task/task.hpp"

namespace shoal::task {

/// Test items of one task that the dev split, its own or another task's, gives away.
struct Leak {
  std::string task;
  std::size_t questions = 0;              ///< test items whose question stands in dev too
  std::size_t questions_and_answers = 0;  ///< … with the same answer (an option counts by its text)
};

/// The tasks that have leaks. The search sees the dev splits of all tasks; the report shows each test split.
std::vector<Leak> find_leaks(std::span<const Task> tasks);

/// One sentence for a log or an error.
std::string describe(const Leak& leak);

}  // namespace shoal::task
