#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/enum_names.hpp"
#include "config/baseline_config.hpp"
#include "model/parameters/adapters.hpp"
#include "swarm/settings.hpp"
#include "task/task_config.hpp"
#include "task/utility_config.hpp"
#include "weights/merge_space.hpp"

namespace shoal::config {

/// Whether every rank holds all experts, or each a part of them.
enum class Pool { replicated, sharded };

/// "replicated", "sharded".
const EnumNames<Pool>& pool_names();

/// "auto" is an empty optional throughout.
struct EvaluationConfig {
  std::string dtype = "auto";  ///< auto, float32, bfloat16
  model::Adapters adapters = model::Adapters::separate;
  std::optional<double> synthetic;  ///< seconds per prompt token; no model computes then, and no result is one
  bool prune = true;
  std::optional<std::size_t> block;
  std::optional<std::size_t> max_batch_tokens;
  std::optional<int> threads;
  Pool pool = Pool::replicated;
};

struct StopConfig {
  std::optional<double> walltime;  ///< seconds
  std::optional<double> target;
  std::optional<std::int64_t> budget_evaluations;
  std::optional<double> watchdog = 600.0;  ///< seconds without progress that end the job; empty: off
};

struct OutputConfig {
  std::filesystem::path run_dir;
  int checkpoint_every = 1;
  int keep = 3;
};

/// A whole configuration, resolved: preset, file and overrides applied, paths absolute, globs expanded.
struct RunConfig {
  std::string name;
  std::uint64_t seed = 42;
  std::vector<std::uint64_t> seeds;  ///< of several searches, one after the other; empty: one search, with `seed`
  std::filesystem::path model;
  std::vector<std::filesystem::path> experts;
  weights::MergeSpace merge_space = weights::MergeSpace::factors;
  task::UtilityConfig utility;
  swarm::Settings swarm;
  std::optional<std::filesystem::path> warm_start;   ///< YAML: swarm.warm_start; a run folder to begin from
  std::optional<std::filesystem::path> event_order;  ///< YAML: swarm.event_order; a run folder whose order is repeated
  std::vector<BaselineConfig> baselines;
  EvaluationConfig evaluation;
  StopConfig stop;
  OutputConfig output;
};

/// Reads a configuration from its text, so that every rank can parse the same bytes. Relative paths are relative to
/// `file`'s folder, those in `overrides` (KEY=VALUE) to the current one. Throws Error{usage} with file, line and key.
RunConfig parse_run_config(const std::string& text, const std::filesystem::path& file,
                           const std::vector<std::string>& overrides);

/// Whether the files of a run, which are UTF-8, can name all that a configuration names. Throws Error{usage}.
void check_names(const RunConfig& config);

/// The text of a configuration file. A file that is missing, a folder or unreadable is Error{usage}.
std::string read_config_text(const std::filesystem::path& file);

/// --task FILE: a YAML document with the keys of one entry of utility.tasks, or a data file itself (.json, .jsonl),
/// named after its stem and typed by its items.
task::TaskConfig load_task_file(const std::filesystem::path& file);

/// Which baselines this configuration can have. Needs model, experts, tasks and evaluation.
BaselineScope baseline_scope(const RunConfig& config);

/// The resolved configuration, readable by parse_run_config again.
std::string to_yaml(const RunConfig& config);
std::string to_json(const RunConfig& config);

/// SHA-256 over everything that decides the trajectory: two configurations with the same hash can continue each other's
/// runs. Left out: when to stop, what to compare with, where to write, how many threads.
std::string trajectory_hash(const RunConfig& config);

}  // namespace shoal::config
