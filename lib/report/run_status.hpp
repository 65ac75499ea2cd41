#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "results/history/history_reader.hpp"

namespace shoal::report {

/// Stopped: begun, not finished, and nobody is at it now.
enum class RunState { not_begun, running, stopped, finished };

const char* name_of(RunState state);

/// How far a run is, from what its folder holds.
struct RunStatus {
  std::string name;
  RunState state = RunState::not_begun;
  std::vector<results::HistoryLine> iterations;  ///< empty before the first has ended
  std::optional<int> max_iteration;
  std::int64_t evaluations = 0;
  std::string job;                      ///< Slurm's id; empty outside a job
  std::optional<double> seconds_to_go;  ///< of the search, at most; only while running
  std::optional<double> walltime_left;  ///< of the job, in seconds; only while running in one
  std::optional<double> test_utility;   ///< of the winner; only when finished
};

/// Reads lock, history, run.json, result.json and job.json. Throws Error{input} when the folder is not there or one of
/// its files is damaged.
RunStatus read_status(const std::filesystem::path& run_dir);

}  // namespace shoal::report
