#include "report/run_status.hpp"

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "results/job_record.hpp"
#include "results/result/run_record.hpp"
#include "results/run_lock.hpp"

namespace shoal::report {
namespace {

namespace fs = std::filesystem;

bool has_content(const fs::path& file) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  return !error && bytes > 0;
}

bool has_checkpoints(const fs::path& run_dir) {
  std::error_code error;
  return fs::exists(run_dir / "checkpoints", error) && !fs::is_empty(run_dir / "checkpoints", error);
}

/// The lock's text ends in "job ID", or "job none".
std::string job_in(const std::string& owner) {
  const auto begin = owner.rfind("job ");
  const std::string job = begin == owner.npos ? "none" : owner.substr(begin + 4);
  return job == "none" ? "" : job;
}

/// Mean of the latest iterations: their cost changes as the swarm converges and evaluations are pruned.
double seconds_each(const std::vector<results::HistoryLine>& iterations) {
  const std::size_t count = std::min<std::size_t>(iterations.size(), 5);
  double sum = 0.0;
  for (std::size_t k = iterations.size() - count; k < iterations.size(); ++k) sum += iterations[k].seconds;
  return sum / static_cast<double>(count);
}

double seconds_until(double epoch) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::max(0.0, epoch - std::chrono::duration<double>(now).count());
}

void take_record(results::RunRecord record, RunStatus& status) {
  status.name = results::run_name(record);
  status.evaluations = results::search_evaluations(record);
  if (record.origin) status.max_iteration = record.origin->max_iteration;
  if (record.origin) status.job = record.origin->job;
  if (record.result) status.test_utility = record.result->run.best.test.utility;
  if (record.result) status.state = RunState::finished;
  status.iterations = std::move(record.history.iterations);
}

void expect_times(const std::optional<double>& job_end, RunStatus& status) {
  if (status.state != RunState::running) return;
  if (job_end) status.walltime_left = seconds_until(*job_end);
  if (!status.max_iteration || status.iterations.empty()) return;
  const int left = std::max(0, *status.max_iteration - status.iterations.back().iteration);
  status.seconds_to_go = left * seconds_each(status.iterations);
}

void check_folder(const fs::path& run_dir) {
  std::error_code error;
  if (fs::is_directory(run_dir, error)) return;
  fail(ExitCode::input, "there is no run folder {} ({}). Check the path.", run_dir.string(),
       error ? error.message() : "it is not a folder");
}

}  // namespace

const char* name_of(RunState state) {
  switch (state) {
    case RunState::not_begun:
      return "not begun";
    case RunState::running:
      return "running";
    case RunState::stopped:
      return "stopped";
    case RunState::finished:
      return "finished";
  }
  return "";
}

RunStatus read_status(const fs::path& run_dir) {
  check_folder(run_dir);
  RunStatus status;
  status.name = fs::weakly_canonical(run_dir).filename().string();
  // The lock first: when it is free, the history that follows is complete.
  const auto owner = results::lock_owner(run_dir);
  std::optional<double> job_end;
  if (has_content(run_dir / "history.jsonl")) {
    auto record = results::read_run(run_dir);
    // A run that goes on again has another job than the one that run.json tells of, until it writes its own.
    if (owner && record.origin && record.origin->job == job_in(*owner)) job_end = record.origin->job_end_time;
    status.state = RunState::stopped;
    take_record(std::move(record), status);
  } else if (has_checkpoints(run_dir)) {
    status.state = RunState::stopped;
  }
  if (owner) status.state = RunState::running;
  if (owner) status.job = job_in(*owner);
  if (status.job.empty() && !owner) status.job = results::submitted_job(run_dir);
  expect_times(job_end, status);
  return status;
}

}  // namespace shoal::report
