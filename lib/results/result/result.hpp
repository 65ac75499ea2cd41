#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/result/analysis.hpp"
#include "task/measures.hpp"

namespace shoal::results {

/// One task's score on one split.
struct TaskScore {
  double mean = 0.0;
  double standard_error = 0.0;
  double parse_failure_rate = 0.0;
  std::size_t examples = 0;
  task::Measures measures = {};  ///< what the task's type measures beside its mean score
};

/// The utility on one split (dev or held-out test) with its standard error.
struct SplitScore {
  double utility = 0.0;
  double standard_error = 0.0;
  std::size_t examples = 0;
  std::map<std::string, TaskScore> tasks;
  std::vector<double> scores = {};  ///< example by example, task after task; kept in final_scores.h5
};

/// Swarm minus another row on the held-out test, paired example by example.
struct Comparison {
  double difference = 0.0;
  double standard_error = 0.0;
};

/// One row of the final table: a named position and what it scores.
struct ResultRow {
  std::string name;
  std::vector<double> position;
  SplitScore dev;
  SplitScore test;
  std::optional<Comparison> versus_best;  ///< empty for the swarm's own row
  std::int64_t evaluations = 0;           ///< on the search examples, made to find it
  double seconds = 0.0;                   ///< spent on them since the run was last resumed
};

struct LeakNote {
  std::string task;
  std::size_t questions = 0;
  std::size_t questions_and_answers = 0;
};

/// What result.json holds; written only when a search ended by itself.
struct RunResult {
  std::string name;
  std::uint64_t seed = 0;
  std::string model;
  std::string merge_space;
  std::string dtype;
  std::string stop_reason;
  int iterations = 0;
  std::int64_t evaluations = 0;
  std::int64_t validation_evaluations = 0;
  std::int64_t final_evaluations = 0;
  std::int64_t baseline_evaluations = 0;
  double seconds = 0.0;
  double search_seconds = 0.0;
  double gpu_hours = 0.0;
  int ranks = 1;
  int threads_per_rank = 1;
  std::int64_t peak_memory_bytes = 0;

  ResultRow best;
  int best_particle = 0;
  int best_iteration = 0;
  std::string chosen_by;  ///< "validation" or "search"
  double search_utility = 0.0;
  std::optional<double> validation_utility;

  std::vector<ResultRow> experts;
  std::vector<ResultRow> baselines;
  std::optional<ResultRow> ensemble;  ///< of personal bests, by majority vote
  std::string best_single;            ///< the expert with the highest dev utility
  std::vector<LeakNote> leaks;
  std::optional<Analysis> analysis;  ///< empty in results of older versions
  bool synthetic = false;            ///< no model was evaluated: for tests of scale only
};

/// result.json, indented; doubles with 17 significant digits.
std::string to_json(const RunResult& result);

/// The final table as text for a terminal: dev and test with standard errors, paired difference to the swarm; then a
/// small one for each measure of each task.
std::string to_table(const RunResult& result);

}  // namespace shoal::results
