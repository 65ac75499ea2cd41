#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "comm/communicator.hpp"
#include "search/recorder.hpp"
#include "task/task.hpp"

namespace shoal::search {

/// The options of `shoal run`.
struct RunOptions {
  std::string config;
  std::string run_dir;  ///< instead of output.run_dir; relative to the working folder
  std::vector<std::string> overrides;
  ResumePolicy resume = ResumePolicy::automatic;
  bool strict = false;
  std::vector<std::string> command_line;
  Stopwatch since_start;  ///< of the command: stop.walltime counts for all its searches together
};

ResumePolicy resume_policy(const std::string& name);

/// The configuration that a run with these options would use. Collective: rank 0 reads the text, every rank parses it.
io::RunConfig resolve(const comm::Communicator& comm, const RunOptions& options);

/// `shoal run --print-config`.
int print_config(const RunOptions& options, bool speaker);

/// `shoal run`: the search, the final scores, the exported expert and the report. Returns the exit code: done, or
/// requeue when it stopped early with a checkpoint. Collective.
int run(const comm::Communicator& comm, const RunOptions& options);

/// Warns about what of another tool's task file counts for nothing here, and about leaks between dev and test (or
/// throws Error{input} for these when `strict`).
void report_leaks(const std::vector<task::Task>& tasks, bool strict,
                  const std::function<void(const std::string&)>& warn);

}  // namespace shoal::search
