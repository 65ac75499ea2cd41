#include "config/run_config.hpp"

#include <glob.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/baseline_config_reader.hpp"
#include "config/swarm_config.hpp"
#include "config/task_config_reader.hpp"
#include "config/yaml/yaml_reader.hpp"
#include "weights/peft/peft_adapter.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;

bool is_wildcard(char c) { return c == '*' || c == '?' || c == '['; }

/// A folder's name stands for itself, whatever is in it.
std::string escaped(const std::string& folder) {
  std::string text;
  for (const char c : folder) {
    if (is_wildcard(c) || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::vector<fs::path> expand(const WrittenPath& pattern, const YamlMap& map) {
  const bool absolute = fs::path(pattern.text).is_absolute();
  const std::string whole = absolute ? pattern.text : escaped(pattern.folder.string()) + "/" + pattern.text;
  glob_t found{};
  const int code = ::glob(whole.c_str(), 0, nullptr, &found);  // sorted by name
  std::vector<fs::path> folders;
  for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) {
    if (fs::is_directory(found.gl_pathv[i])) folders.push_back(WrittenPath{"/", found.gl_pathv[i]}.resolved());
  }
  ::globfree(&found);
  if (folders.empty()) {
    map.reject("experts", fmt::format("matches no folder ({}). Check the pattern", pattern.resolved().string()));
  }
  return folders;
}

/// A folder that is there is no pattern, even when its name looks like one.
bool is_pattern(const WrittenPath& path) {
  return std::ranges::any_of(path.text, is_wildcard) && !fs::is_directory(path.resolved());
}

std::vector<fs::path> read_experts(YamlMap& map, const fs::path& folder) {
  std::vector<fs::path> experts;
  const auto paths = map.paths("experts", folder);
  if (!paths) map.reject("experts", "is missing (a list of folders is expected)");
  for (const WrittenPath& path : *paths) {
    const auto folders = is_pattern(path) ? expand(path, map) : std::vector{path.resolved()};
    experts.insert(experts.end(), folders.begin(), folders.end());
  }
  return experts;
}

fs::path read_model(YamlMap& map, const fs::path& folder) {
  const auto path = map.path("model", folder);
  if (!path) map.reject("model", "is missing (a folder is expected)");
  return path->resolved();
}

template <typename Number>
std::optional<Number> positive_or_auto(YamlMap& map, const char* key) {
  if (!map.has(key) || map.text(key) == "auto") return std::nullopt;
  const auto value = map.integer(key);
  if (*value < 1 || *value > std::numeric_limits<std::int32_t>::max())
    map.reject(key, "is not auto or a positive number");
  return static_cast<Number>(*value);
}

/// auto, seconds, or [HH:]MM:SS as Slurm writes it.
std::optional<double> read_walltime(YamlMap& map) {
  if (!map.has("walltime") || map.text("walltime") == "auto") return std::nullopt;
  const std::string text = *map.text("walltime");
  double seconds = 0.0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const bool one_point = std::ranges::count(part, '.') <= 1 && part != ".";
    if (part.empty() || part.size() > 9 || part.find_first_not_of("0123456789.") != part.npos || !one_point) {
      map.reject("walltime", "is neither auto, nor seconds, nor HH:MM:SS");
    }
    seconds = seconds * 60.0 + std::strtod(part.c_str(), nullptr);
    begin = end + 1;
  }
  if (!(seconds > 0.0)) map.reject("walltime", "is not above 0");
  return seconds;
}

/// off, or seconds.
std::optional<double> read_watchdog(YamlMap& map) {
  constexpr double shortest = 5.0;  // below that a busy machine looks like a dead one
  if (!map.has("watchdog")) return StopConfig{}.watchdog;
  if (map.text("watchdog") == "off") return std::nullopt;
  const std::optional<double> seconds = map.number("watchdog");
  if (!seconds || !(*seconds >= shortest)) map.reject("watchdog", "is neither off nor at least 5 seconds");
  return seconds;
}

task::UtilityConfig read_utility(YamlMap& document, const fs::path& folder) {
  auto map = document.map("utility");
  if (!map) document.reject("utility", "is missing (tasks are expected under it)");
  task::UtilityConfig utility;
  map->choose("combine", task::combine_names(), utility.combine);
  for (YamlMap& entry : map->maps("tasks")) utility.tasks.push_back(read_task(entry, folder));
  if (utility.tasks.empty()) map->reject("tasks", "is empty (at least one task is expected)");
  for (std::size_t t = 0; t < utility.tasks.size(); ++t) {
    for (std::size_t other = 0; other < t; ++other) {
      if (utility.tasks[other].name == utility.tasks[t].name) {
        map->reject("tasks", fmt::format("has two tasks named {}. Rename one", utility.tasks[t].name));
      }
    }
  }
  map->finish();
  return utility;
}

EvaluationConfig read_evaluation(YamlMap& document) {
  EvaluationConfig evaluation;
  auto map = document.map("evaluation");
  if (!map) return evaluation;
  static const std::vector<std::string> dtypes{"auto", "float32", "bfloat16"};
  if (const auto dtype = map->choice("dtype", dtypes)) evaluation.dtype = dtypes[*dtype];
  map->choose("adapters", model::adapters_names(), evaluation.adapters);
  evaluation.synthetic = map->number("synthetic");
  if (evaluation.synthetic && !(*evaluation.synthetic >= 0.0)) map->reject("synthetic", "is below 0");
  evaluation.prune = map->flag("prune").value_or(true);
  evaluation.block = positive_or_auto<std::size_t>(*map, "block");
  evaluation.max_batch_tokens = positive_or_auto<std::size_t>(*map, "max_batch_tokens");
  evaluation.threads = positive_or_auto<int>(*map, "threads");
  map->choose("pool", pool_names(), evaluation.pool);
  map->finish();
  return evaluation;
}

StopConfig read_stop(YamlMap& document) {
  StopConfig stop;
  auto map = document.map("stop");
  if (!map) return stop;
  stop.walltime = read_walltime(*map);
  stop.target = map->number("target");
  stop.budget_evaluations = map->integer("budget_evaluations");
  if (stop.budget_evaluations && *stop.budget_evaluations < 1)
    map->reject("budget_evaluations", "is not a positive number");
  stop.watchdog = read_watchdog(*map);
  map->finish();
  return stop;
}

OutputConfig read_output(YamlMap& document, const fs::path& folder, const std::string& name) {
  OutputConfig output;
  output.run_dir = WrittenPath{folder, "runs/" + name}.resolved();
  auto map = document.map("output");
  if (!map) return output;
  if (const auto run_dir = map->path("run_dir", folder)) output.run_dir = run_dir->resolved();
  const auto every = map->integer("checkpoint_every").value_or(1);
  const auto keep = map->integer("keep").value_or(3);
  if (every < 1 || every > 1'000'000) map->reject("checkpoint_every", "is not a positive number of iterations");
  if (keep < 2 || keep > 1'000'000)
    map->reject("keep", "is below 2 (a damaged checkpoint needs an older one to fall back to)");
  output.checkpoint_every = static_cast<int>(every);
  output.keep = static_cast<int>(keep);
  map->finish();
  return output;
}

std::uint64_t read_seed(YamlMap& document) {
  const auto seed = document.integer("seed").value_or(42);
  if (seed < 0) document.reject("seed", "is negative");
  return static_cast<std::uint64_t>(seed);
}

/// Made-up scores know positions only.
void drop_baselines(YamlMap& document, RunConfig& config) {
  if (document.has("baselines") && !config.baselines.empty()) {
    document.reject("baselines", "has rows beside evaluation.synthetic (which makes scores up). Use none");
  }
  config.baselines.clear();
}

/// Experts that are mixed by what they say: their weights are never summed, and nobody asks how likely a text is.
void check_token_positions(YamlMap& document, const RunConfig& config) {
  if (config.swarm.positions != swarm::Positions::tokens) return;
  if (config.merge_space == weights::MergeSpace::delta) {
    document.reject("merge_space",
                    "is delta with swarm.positions tokens (what experts say is mixed, not their weights). Remove it");
  }
  if (config.evaluation.pool == Pool::sharded) {
    document.reject("evaluation",
                    "has pool sharded with swarm.positions tokens (every rank asks all experts). Use replicated");
  }
  for (const task::TaskConfig& task : config.utility.tasks) {
    if (!task::measures_likelihood(task.type)) continue;
    document.reject("utility", fmt::format("has task {} of type {} with swarm.positions tokens (experts that answer "
                                           "together only write). Use a type with answers",
                                           task.name, task::name_of(task.type)));
  }
}

std::vector<std::uint64_t> read_seeds(YamlMap& document) {
  const auto read = document.integers("seeds");
  if (!read) return {};
  if (document.has("seed")) document.reject("seeds", "is given beside seed (one search or several). Remove one");
  if (read->empty()) document.reject("seeds", "is empty (at least one seed is expected)");
  std::vector<std::uint64_t> seeds;
  for (const std::int64_t seed : *read) {
    if (seed < 0) document.reject("seeds", fmt::format("holds {} (seeds are not negative)", seed));
    seeds.push_back(static_cast<std::uint64_t>(seed));
    if (std::ranges::count(*read, seed) > 1) document.reject("seeds", fmt::format("holds {} twice", seed));
  }
  return seeds;
}

RunConfig read_document(YamlMap& document, const fs::path& folder, const fs::path& file) {
  RunConfig config;
  config.name = document.text("name").value_or(file.stem().string());
  config.seed = read_seed(document);
  config.seeds = read_seeds(document);
  config.model = read_model(document, folder);
  config.experts = read_experts(document, folder);
  document.choose("merge_space", weights::merge_space_names(), config.merge_space);
  config.utility = read_utility(document, folder);
  const int experts = static_cast<int>(config.experts.size());
  if (experts < 2)
    document.reject("experts", fmt::format("names {} expert (a swarm needs at least two). Add experts", experts));
  SwarmConfig swarm = read_swarm(document, experts, folder);
  config.swarm = std::move(swarm.settings);
  config.warm_start = std::move(swarm.warm_start);
  config.event_order = std::move(swarm.event_order);
  if (config.event_order && !config.seeds.empty())
    document.reject("seeds", "is given beside swarm.event_order (which is that of one search). Remove one");
  config.evaluation = read_evaluation(document);
  if (config.evaluation.synthetic && config.swarm.positions == swarm::Positions::dense) {
    document.reject("evaluation", "has synthetic set (made-up scores need affine positions)");
  }
  if (config.evaluation.pool == Pool::sharded && config.swarm.schedule == swarm::Schedule::asynchronous) {
    document.reject("evaluation",
                    "has pool: sharded with swarm.schedule asynchronous (all ranks materialise together)");
  }
  check_token_positions(document, config);
  config.baselines = read_baselines(document, folder, baseline_scope(config));
  if (config.evaluation.synthetic) drop_baselines(document, config);
  config.stop = read_stop(document);
  config.output = read_output(document, folder, config.name);
  document.finish();
  return config;
}

}  // namespace

const EnumNames<Pool>& pool_names() {
  static const EnumNames<Pool> names{"replicated", "sharded"};
  return names;
}

BaselineScope baseline_scope(const RunConfig& config) {
  const auto measured = [](const task::TaskConfig& task) { return task::measures_likelihood(task.type); };
  return {.lora = weights::is_peft_adapter(config.experts.front()),
          .tokens = config.swarm.positions == swarm::Positions::tokens,
          .whole_delta = config.merge_space == weights::MergeSpace::delta,
          .answers = std::ranges::none_of(config.utility.tasks, measured),
          .sharded = config.evaluation.pool == Pool::sharded};
}

RunConfig parse_run_config(const std::string& text, const fs::path& file, const std::vector<std::string>& overrides) {
  YAML::Node document = parse_yaml(text, file.string());
  for (const std::string& assignment : overrides) override_key(document, assignment);
  YamlMap map(document, file.string(), "");
  return read_document(map, fs::absolute(file).parent_path(), file);
}

std::string read_config_text(const fs::path& file) {
  try {
    return read_text(file);
  } catch (const Error& error) {
    throw Error(ExitCode::usage, error.what());
  }
}

}  // namespace shoal::config
