#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/history/history_reader.hpp"
#include "results/result/result_reader.hpp"

namespace shoal::results {

/// What run.json says: where the numbers come from.
struct RunOrigin {
  std::string name;
  std::string started;
  std::string dtype;
  int ranks = 1;
  int threads_per_rank = 1;
  std::vector<std::string> experts;
  std::vector<std::pair<std::string, std::string>> facts;   ///< version, build, host, command line, …
  std::vector<std::pair<std::string, std::string>> inputs;  ///< path, SHA-256
  std::string config;  ///< the resolved configuration, one key a line, nested by indentation
  std::optional<double> validation_fraction;
  std::optional<int> max_iteration;
  std::string job;                     ///< Slurm's id; empty outside a job
  std::optional<double> job_end_time;  ///< seconds since 1970
};

/// A run folder as the report sees it.
struct RunRecord {
  std::filesystem::path folder;
  HistoryRecord history;
  std::optional<RunOrigin> origin;     ///< empty without run.json
  std::optional<ResultRecord> result;  ///< empty while the search goes on, and after an early stop
};

/// Throws Error{input} when history.jsonl is missing or damaged, or another file is there but damaged.
RunRecord read_run(const std::filesystem::path& folder);

/// The run's name from result.json, run.json or the folder, in this order.
std::string run_name(const RunRecord& run);

/// Experts' names; "expert 0", "expert 1", … where no file names them.
std::vector<std::string> expert_names(const RunRecord& run);

/// Evaluations really started, up to now when the search goes on.
std::int64_t search_evaluations(const RunRecord& run);

}  // namespace shoal::results
