#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "comm/communicator.hpp"
#include "inputs/resolve.hpp"
#include "search/recorder.hpp"
#include "search/run_outcome.hpp"

namespace shoal::search {

/// The options of `shoal run`.
struct RunOptions {
  inputs::ConfigSource source;
  ResumePolicy resume = ResumePolicy::automatic;
  bool strict = false;
  std::vector<std::string> command_line;
  Tell tell = [](const std::string&) {};      ///< results, for the terminal; on rank 0
  Tell complain = [](const std::string&) {};  ///< the last words of a rank that hangs
  Stopwatch since_start;                      ///< of the command: stop.walltime counts for all its searches together
};

ResumePolicy resume_policy(const std::string& name);

/// `shoal run`: the search, the final scores, the exported expert and the report. Collective.
RunOutcome run(const comm::Communicator& comm, const RunOptions& options);

}  // namespace shoal::search
