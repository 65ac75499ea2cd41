#include "results/result/result_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "results/result/analysis_json.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::json;

// A number; NaN for null, which is how JSON writes a number that is not finite.
double real(const Json& json, const char* key) {
  const Json& value = json.at(key);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

std::vector<double> flat(const Json& position) {
  std::vector<double> values;
  for (const Json& entry : position) {
    const auto part = entry.is_array() ? flat(entry) : std::vector<double>{entry.get<double>()};
    values.insert(values.end(), part.begin(), part.end());
  }
  return values;
}

task::Measures measures_of(const Json& task) {
  task::Measures measures;
  if (!task.contains("measures")) return measures;
  for (const auto& [name, value] : task.at("measures").items())
    measures[name] = real(task.at("measures"), name.c_str());
  return measures;
}

SplitScore split_of(const Json& json) {
  SplitScore split{real(json, "utility"), real(json, "standard_error"), json.at("n").get<std::size_t>(), {}, {}};
  for (const auto& [name, task] : json.at("tasks").items()) {
    split.tasks[name] = {real(task, "mean"), real(task, "standard_error"), real(task, "parse_failure_rate"),
                         task.at("n").get<std::size_t>(), measures_of(task)};
  }
  return split;
}

ResultRow row_of(const Json& json) {
  ResultRow row{json.at("name").get<std::string>(), flat(json.at("position")), split_of(json.at("dev")),
                split_of(json.at("test")), std::nullopt};
  row.evaluations = json.value("evaluations", std::int64_t{0});
  row.seconds = json.value("seconds", 0.0);
  if (json.contains("versus_best") && !json.at("versus_best").is_null()) {
    const Json& pair = json.at("versus_best");
    row.versus_best = Comparison{real(pair, "difference"), real(pair, "standard_error")};
  }
  return row;
}

std::vector<ResultRow> rows_of(const Json& json) {
  std::vector<ResultRow> rows;
  for (const Json& row : json) rows.push_back(row_of(row));
  return rows;
}

std::vector<LeakNote> leaks_of(const Json& json) {
  std::vector<LeakNote> leaks;
  for (const Json& leak : json) {
    leaks.push_back({leak.at("task").get<std::string>(), leak.at("questions").get<std::size_t>(),
                     leak.at("questions_and_answers").get<std::size_t>()});
  }
  return leaks;
}

void read_cost(const Json& json, RunResult& run) {
  run.iterations = json.at("iterations").get<int>();
  run.evaluations = json.at("evaluations").get<std::int64_t>();
  run.validation_evaluations = json.at("validation_evaluations").get<std::int64_t>();
  run.final_evaluations = json.at("final_evaluations").get<std::int64_t>();
  run.baseline_evaluations = json.value("baseline_evaluations", std::int64_t{0});
  run.seconds = real(json, "seconds");
  run.search_seconds = real(json, "search_seconds");
  run.gpu_hours = real(json, "gpu_hours");
  run.ranks = json.at("ranks").get<int>();
  run.threads_per_rank = json.at("threads_per_rank").get<int>();
  run.peak_memory_bytes = json.at("peak_memory_bytes").get<std::int64_t>();
}

void read_best(const Json& json, RunResult& run) {
  run.best = row_of(json);
  run.best_particle = json.at("particle").get<int>();
  run.best_iteration = json.at("iteration").get<int>();
  run.chosen_by = json.at("chosen_by").get<std::string>();
  run.search_utility = real(json, "search_utility");
  if (!json.at("validation_utility").is_null()) run.validation_utility = real(json, "validation_utility");
}

ResultRecord result_of(const Json& json) {
  ResultRecord record;
  RunResult& run = record.run;
  run.name = json.at("name").get<std::string>();
  run.seed = json.at("seed").get<std::uint64_t>();
  run.model = json.at("model").get<std::string>();
  run.merge_space = json.at("merge_space").get<std::string>();
  run.dtype = json.at("dtype").get<std::string>();
  run.stop_reason = json.at("stop_reason").get<std::string>();
  read_cost(json, run);
  read_best(json.at("best"), run);
  run.experts = rows_of(json.at("experts"));
  run.baselines = rows_of(json.at("baselines"));
  if (json.contains("ensemble") && !json.at("ensemble").is_null()) run.ensemble = row_of(json.at("ensemble"));
  run.best_single = json.at("best_single").get<std::string>();
  run.leaks = leaks_of(json.value("leaks", Json::array()));
  run.analysis = read_analysis(json.value("analysis", Json()));
  run.synthetic = json.value("synthetic", false);
  record.searches = json.value("searches", 1);
  best_single(run);
  return record;
}

}  // namespace

ResultRecord read_result(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  try {
    return result_of(Json::parse(text));
  } catch (const std::exception& error) {
    fail(ExitCode::input, "{} is damaged ({}). Delete it and resume the run to write it again", file.string(),
         error.what());
  }
}

const ResultRow& best_single(const RunResult& result) {
  const auto found = std::find_if(result.experts.begin(), result.experts.end(),
                                  [&](const ResultRow& row) { return row.name == result.best_single; });
  if (found == result.experts.end()) {
    fail(ExitCode::input, "best_single names '{}' (no such expert). Use one of the names under experts",
         result.best_single);
  }
  return *found;
}

}  // namespace shoal::results
