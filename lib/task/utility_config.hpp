#pragma once

#include <vector>

#include "task/task_config.hpp"
#include "task/utility.hpp"

namespace shoal::task {

/// What a search is guided by: tasks, and how their scores become one number.
struct UtilityConfig {
  Combine combine = Combine::harmonic_mean;
  std::vector<TaskConfig> tasks;
};

}  // namespace shoal::task
