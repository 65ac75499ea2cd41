#pragma once

#include <functional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "config/run_config.hpp"
#include "task/leak_check.hpp"
#include "task/task.hpp"

namespace shoal::inputs {

/// Where a configuration comes from: what every verb about a search is told.
struct ConfigSource {
  std::string config;                  ///< file
  std::vector<std::string> overrides;  ///< KEY=VALUE
  std::string run_dir;                 ///< instead of output.run_dir; relative to the working folder
};

/// The configuration that a run would use. Collective: rank 0 reads the text, every rank parses it.
config::RunConfig resolve(const comm::Communicator& comm, const ConfigSource& source);

/// Warns about what of another tool's task file counts for nothing here, and about leaks between dev and test (or
/// throws Error{input} for these when `strict`). Returns the leaks.
std::vector<task::Leak> report_leaks(const std::vector<task::Task>& tasks, bool strict,
                                     const std::function<void(const std::string&)>& warn);

}  // namespace shoal::inputs
