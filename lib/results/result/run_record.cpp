#include "results/result/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"
#include "results/history/metrics.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : json_text(value); }

// Short lists of plain values stay on one line.
bool is_leaf(const Json& value) {
  constexpr std::size_t most = 60;
  if (value.empty() || !value.is_structured()) return true;
  const auto structured = [](const Json& item) { return item.is_structured(); };
  return value.is_array() && std::none_of(value.begin(), value.end(), structured) && json_text(value).size() <= most;
}

// YAML's look, for reading only: nested keys indented, list items with a dash in front of their first line.
std::string listed(const Json& json, const std::string& indent) {
  std::string text;
  for (const auto& [key, value] : json.items()) {
    const std::string start = json.is_array() ? fmt::format("{}- ", indent) : fmt::format("{}{}:", indent, key);
    if (is_leaf(value)) {
      text += fmt::format("{}{}{}\n", start, json.is_array() ? "" : " ", plain(value));
    } else if (json.is_array()) {
      text += start + listed(value, indent + "  ").substr(start.size());
    } else {
      text += start + "\n" + listed(value, indent + "  ");
    }
  }
  return text;
}

void add_fact(const Json& json, const char* key, const char* label, RunOrigin& origin) {
  if (json.contains(key) && !json.at(key).is_null()) origin.facts.emplace_back(label, plain(json.at(key)));
}

std::string joined(const Json& words) {
  return fmt::format("{}", fmt::join(words.get<std::vector<std::string>>(), " "));
}

void read_facts(const Json& json, RunOrigin& origin) {
  add_fact(json, "version", "Shoal", origin);
  add_fact(json, "git_revision", "git revision", origin);
  const Json build = json.value("build", Json::object());
  for (const auto& [component, text] : build.items()) {
    if (component != "shoal") origin.facts.emplace_back(component, plain(text));
  }
  add_fact(json, "host", "host", origin);
  add_fact(json, "job_id", "job", origin);
  add_fact(json, "started", "started", origin);
  if (json.contains("command_line")) origin.facts.emplace_back("command line", joined(json.at("command_line")));
}

void read_config(const Json& config, RunOrigin& origin) {
  origin.config = listed(config, "");
  const Json swarm = config.value("swarm", Json::object());
  if (swarm.contains("validation_fraction")) origin.validation_fraction = swarm.at("validation_fraction").get<double>();
  if (swarm.contains("max_iteration")) origin.max_iteration = swarm.at("max_iteration").get<int>();
}

// run.json keeps what Slurm said in the environment, as text.
void read_job(const Json& json, RunOrigin& origin) {
  const auto text = [&](const char* key) {
    return json.contains(key) && json.at(key).is_string() ? plain(json.at(key)) : "";
  };
  origin.job = text("job_id");
  const double end = std::strtod(text("job_end_time").c_str(), nullptr);
  if (end > 0.0) origin.job_end_time = end;
}

RunOrigin origin_of(const Json& json) {
  RunOrigin origin;
  origin.name = json.at("name").get<std::string>();
  origin.started = json.value("started", "");
  origin.dtype = json.value("dtype", "");
  origin.ranks = json.value("ranks", 1);
  origin.threads_per_rank = json.value("threads_per_rank", 1);
  origin.experts = json.value("experts", std::vector<std::string>{});
  read_facts(json, origin);
  for (const Json& input : json.value("inputs", Json::array())) {
    origin.inputs.emplace_back(input.at("path").get<std::string>(), input.at("sha256").get<std::string>());
  }
  read_config(json.value("config", Json::object()), origin);
  read_job(json, origin);
  return origin;
}

RunOrigin read_origin(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  try {
    return origin_of(Json::parse(text));
  } catch (const std::exception& error) {
    fail(ExitCode::input, "{} is damaged ({}). Resume the run to write it again", file.string(), error.what());
  }
}

bool is_there(const std::filesystem::path& file) {
  std::error_code unreadable;  // an unreadable folder is reported by the reader of history.jsonl
  return std::filesystem::exists(file, unreadable);
}

}  // namespace

RunRecord read_run(const std::filesystem::path& folder) {
  RunRecord run;
  run.folder = folder;
  run.history = read_history(folder / "history.jsonl");
  if (is_there(folder / "run.json")) run.origin = read_origin(folder / "run.json");
  if (is_there(folder / "result.json")) run.result = read_result(folder / "result.json");
  return run;
}

std::string run_name(const RunRecord& run) {
  if (run.result) return run.result->run.name;
  if (run.origin) return run.origin->name;
  return std::filesystem::weakly_canonical(run.folder).filename().string();
}

std::vector<std::string> expert_names(const RunRecord& run) {
  const std::size_t experts = run.history.iterations.front().particles.front().position.size() /
                              static_cast<std::size_t>(run.history.iterations.front().blocks);
  std::vector<std::string> names;
  if (run.origin) names = run.origin->experts;
  if (names.empty() && run.result) {
    for (const ResultRow& row : run.result->run.experts) names.push_back(row.name);
  }
  if (experts == 0) return names;  // dense positions do not tell their number
  names.resize(experts);
  for (std::size_t k = 0; k < experts; ++k) {
    if (names[k].empty()) names[k] = fmt::format("expert {}", k);
  }
  return names;
}

std::int64_t search_evaluations(const RunRecord& run) {
  if (run.result) return run.result->run.evaluations;
  std::int64_t total = 0;
  for (const HistoryLine& iteration : run.history.iterations) total += evaluations(iteration);
  return total;
}

}  // namespace shoal::results
