#include "inputs/resolve.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.hpp"
#include "comm/agree.hpp"

namespace shoal::inputs {

config::RunConfig resolve(const comm::Communicator& comm, const ConfigSource& source) {
  std::string text;
  comm::agree(comm, [&] {
    if (comm.rank() == 0) text = config::read_config_text(source.config);
  });
  text = comm.broadcast(text);
  config::RunConfig config;
  comm::agree(comm, [&] { config = config::parse_run_config(text, source.config, source.overrides); });
  if (!source.run_dir.empty()) config.output.run_dir = std::filesystem::absolute(source.run_dir).lexically_normal();
  comm::agree(comm, [&] { config::check_names(config); });
  return config;
}

std::vector<task::Leak> report_leaks(const std::vector<task::Task>& tasks, bool strict,
                                     const std::function<void(const std::string&)>& warn) {
  for (const task::Task& task : tasks) {
    for (const std::string& note : task.config().notes) warn(fmt::format("task {}: {}", task.name(), note));
  }
  std::vector<task::Leak> leaks = task::find_leaks(tasks);
  for (const task::Leak& leak : leaks) {
    if (strict) fail(ExitCode::input, "{} (--strict). Remove them from one split.", task::describe(leak));
    warn(task::describe(leak));
  }
  return leaks;
}

}  // namespace shoal::inputs
