#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "comm/communicator.hpp"
#include "inputs/resolve.hpp"
#include "search/recorder.hpp"

namespace shoal::search {

/// The options of `shoal run`.
struct RunOptions {
  inputs::ConfigSource source;
  ResumePolicy resume = ResumePolicy::automatic;
  bool strict = false;
  std::vector<std::string> command_line;
  Stopwatch since_start;  ///< of the command: stop.walltime counts for all its searches together
};

ResumePolicy resume_policy(const std::string& name);

/// `shoal run --print-config`.
int print_config(const RunOptions& options, bool speaker);

/// `shoal run`: the search, the final scores, the exported expert and the report. Returns the exit code: done, or
/// requeue when it stopped early with a checkpoint. Collective.
int run(const comm::Communicator& comm, const RunOptions& options);

}  // namespace shoal::search
