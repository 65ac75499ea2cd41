#include "results/result/result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_text.hpp"
#include "results/result/analysis_json.hpp"
#include "results/result/final_scores_file.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const SplitScore& split) {
  Json tasks = Json::object();
  for (const auto& [name, task] : split.tasks) {
    tasks[name] = {{"mean", task.mean},
                   {"standard_error", task.standard_error},
                   {"n", task.examples},
                   {"parse_failure_rate", task.parse_failure_rate}};
    if (!task.measures.empty()) tasks[name]["measures"] = task.measures;
  }
  return {
      {"utility", split.utility}, {"standard_error", split.standard_error}, {"n", split.examples}, {"tasks", tasks}};
}

Json json_of(const ResultRow& row) {
  Json json = {{"name", row.name}, {"position", row.position}, {"dev", json_of(row.dev)}, {"test", json_of(row.test)}};
  if (row.evaluations > 0) {
    json["evaluations"] = row.evaluations;
    json["seconds"] = row.seconds;
  }
  if (row.versus_best) {
    json["versus_best"] = {{"difference", row.versus_best->difference},
                           {"standard_error", row.versus_best->standard_error}};
  }
  return json;
}

Json json_of(const std::vector<ResultRow>& rows) {
  Json list = Json::array();
  for (const ResultRow& row : rows) list.push_back(json_of(row));
  return list;
}

Json best_of(const RunResult& result) {
  Json best = json_of(result.best);
  best["particle"] = result.best_particle;
  best["iteration"] = result.best_iteration;
  best["chosen_by"] = result.chosen_by;
  best["search_utility"] = result.search_utility;
  best["validation_utility"] = result.validation_utility ? Json(*result.validation_utility) : Json(nullptr);
  return best;
}

Json leaks_of(const RunResult& result) {
  Json list = Json::array();
  for (const LeakNote& leak : result.leaks) {
    list.push_back(
        {{"task", leak.task}, {"questions", leak.questions}, {"questions_and_answers", leak.questions_and_answers}});
  }
  return list;
}

std::string score(const SplitScore& split) {
  return fmt::format("{:.3f} ± {:.3f}", split.utility, split.standard_error);
}

std::string table_line(const ResultRow& row, std::size_t width) {
  const std::string difference =
      row.versus_best ? fmt::format("{:+.3f} ± {:.3f}", row.versus_best->difference, row.versus_best->standard_error)
                      : std::string("–");
  return fmt::format("{:<{}}  {:>15}  {:>15}  {:>16}\n", row.name, width, score(row.dev), score(row.test), difference);
}

std::string measure_of(const SplitScore& split, const std::string& task, const std::string& measure) {
  return fmt::format("{:.4g}", split.tasks.at(task).measures.at(measure));
}

/// One measure of one task, all rows.
std::string measure_table(const std::vector<const ResultRow*>& rows, const std::string& task,
                          const std::string& measure, std::size_t width) {
  std::string table = fmt::format("\n{} of {}\n", measure, task);
  for (const ResultRow* row : rows) {
    table += fmt::format("{:<{}}  {:>15}  {:>15}\n", row->name, width, measure_of(row->dev, task, measure),
                         measure_of(row->test, task, measure));
  }
  return table;
}

std::string measure_tables(const RunResult& result, std::size_t width) {
  const std::vector<const ResultRow*> rows = rows_of(result);
  std::string tables;
  for (const auto& [task, score] : result.best.test.tasks) {
    for (const auto& [measure, value] : score.measures) tables += measure_table(rows, task, measure, width);
  }
  return tables;
}

}  // namespace

std::string to_json(const RunResult& result) {
  const Json json = {{"name", result.name},
                     {"seed", result.seed},
                     {"model", result.model},
                     {"merge_space", result.merge_space},
                     {"dtype", result.dtype},
                     {"stop_reason", result.stop_reason},
                     {"iterations", result.iterations},
                     {"evaluations", result.evaluations},
                     {"validation_evaluations", result.validation_evaluations},
                     {"final_evaluations", result.final_evaluations},
                     {"baseline_evaluations", result.baseline_evaluations},
                     {"searches", 1},
                     {"seconds", result.seconds},
                     {"search_seconds", result.search_seconds},
                     {"gpu_hours", result.gpu_hours},
                     {"ranks", result.ranks},
                     {"threads_per_rank", result.threads_per_rank},
                     {"peak_memory_bytes", result.peak_memory_bytes},
                     {"best", best_of(result)},
                     {"experts", json_of(result.experts)},
                     {"baselines", json_of(result.baselines)},
                     {"best_single", result.best_single},
                     {"ensemble", result.ensemble ? json_of(*result.ensemble) : Json(nullptr)},
                     {"analysis", result.analysis ? to_json(*result.analysis) : Json(nullptr)},
                     {"leaks", leaks_of(result)},
                     {"synthetic", result.synthetic}};
  return json_text(json, 2) + "\n";
}

std::string to_table(const RunResult& result) {
  const std::vector<const ResultRow*> rows = rows_of(result);
  std::size_t width = 0;
  for (const ResultRow* row : rows) width = std::max(width, row->name.size());
  std::string table = result.synthetic ? "made-up scores (evaluation.synthetic): no model was evaluated\n" : "";
  table += fmt::format("{:<{}}  {:>15}  {:>15}  {:>16}\n", "", width, "dev", "held-out test", "swarm minus it");
  for (const ResultRow* row : rows) table += table_line(*row, width);
  return table + measure_tables(result, width);
}

}  // namespace shoal::results
