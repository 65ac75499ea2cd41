#include "search/seeds.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "comm/agree.hpp"
#include "report/report.hpp"
#include "results/result/result_reader.hpp"
#include "results/result/seeds_result.hpp"
#include "results/run_lock.hpp"
#include "results/seed_folders.hpp"

namespace shoal::search {
namespace {

namespace fs = std::filesystem;

results::SeedsResult summary_of(const config::RunConfig& config) {
  std::vector<results::RunResult> runs;
  for (const std::uint64_t seed : config.seeds) {
    runs.push_back(results::read_result(results::seed_folder(config.output.run_dir, seed) / "result.json").run);
  }
  return results::summarise(config.name, std::move(runs));
}

void write_summary(const config::RunConfig& config, const Tell& tell) {
  const fs::path& folder = config.output.run_dir;
  const results::SeedsResult result = summary_of(config);
  write_atomically(folder / "result.json", to_json(result));
  write_atomically(folder / "report.html", report::render_report(folder));
  tell(fmt::format("{}report: {}\n", results::to_table(result), (folder / "report.html").string()));
}

/// One job in the folder at a time; an older summary does not speak for what is about to run.
results::RunLock open_folder(const config::RunConfig& config) {
  const fs::path& folder = config.output.run_dir;
  make_folders(folder);
  if (fs::exists(folder / "history.jsonl")) {
    fail(ExitCode::usage,
         "run folder {} holds a single search (seeds needs a folder above those of its searches). "
         "Choose another output.run_dir.",
         folder.string());
  }
  results::RunLock lock(folder);
  for (const char* name : {"result.json", "report.html"}) fs::remove(folder / name);
  write_atomically(folder / "config.yaml", config::to_yaml(config));
  return lock;
}

}  // namespace

config::RunConfig config_for_seed(const config::RunConfig& config, std::uint64_t seed) {
  config::RunConfig one = config;
  one.name = fmt::format("{}-seed-{}", config.name, seed);
  one.seed = seed;
  one.seeds.clear();
  one.output.run_dir = results::seed_folder(config.output.run_dir, seed);
  for (task::TaskConfig& task : one.utility.tasks) {
    if (task.service.cache.empty()) task.service.cache = config.output.run_dir / "service_replies" / task.name;
  }
  return one;
}

RunOutcome run_seeds(const comm::Communicator& comm, const config::RunConfig& config, ResumePolicy policy,
                     const RunOne& run_one, const Tell& tell) {
  const bool first_rank = comm.rank() == 0;
  std::optional<results::RunLock> lock;
  comm::agree(comm, [&] {
    if (first_rank) lock.emplace(open_folder(config));
  });
  for (const std::uint64_t seed : config.seeds) {
    if (first_rank) tell(fmt::format("seed {}\n", seed));
    if (run_one(config_for_seed(config, seed), policy) == RunOutcome::stopped) return RunOutcome::stopped;
    if (policy == ResumePolicy::require) policy = ResumePolicy::automatic;
  }
  comm::agree(comm, [&] {
    if (first_rank) write_summary(config, tell);
  });
  return RunOutcome::finished;
}

}  // namespace shoal::search
