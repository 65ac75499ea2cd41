#include "results/result/seeds_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/statistics.hpp"
#include "results/seed_folders.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<ResultRow> RunResult::*;

const ResultRow* row_named(const std::vector<ResultRow>& rows, const std::string& name) {
  const auto found = std::ranges::find(rows, name, &ResultRow::name);
  return found == rows.end() ? nullptr : &*found;
}

/// The row of this name over all searches; empty unless each has it.
std::optional<SeedRow> row_over(const std::vector<RunResult>& runs, Rows rows, const std::string& name) {
  std::vector<double> dev, test, difference;
  for (const RunResult& run : runs) {
    const ResultRow* row = row_named(run.*rows, name);
    if (row == nullptr) return std::nullopt;
    dev.push_back(row->dev.utility);
    test.push_back(row->test.utility);
    difference.push_back(run.best.test.utility - row->test.utility);
  }
  return SeedRow{name, mean_over_seeds(dev), mean_over_seeds(test), mean_over_seeds(difference)};
}

std::vector<SeedRow> rows_over(const std::vector<RunResult>& runs, Rows rows) {
  std::vector<SeedRow> means;
  for (const ResultRow& row : runs.front().*rows) {
    if (auto mean = row_over(runs, rows, row.name)) means.push_back(std::move(*mean));
  }
  return means;
}

SeedRow best_over(const std::vector<RunResult>& runs) {
  std::vector<double> dev, test;
  for (const RunResult& run : runs) {
    dev.push_back(run.best.dev.utility);
    test.push_back(run.best.test.utility);
  }
  return {runs.front().best.name, mean_over_seeds(dev), mean_over_seeds(test), std::nullopt};
}

Json json_of(const SeedMean& mean) {
  return {{"mean", mean.mean}, {"standard_error", mean.standard_error ? Json(*mean.standard_error) : Json(nullptr)}};
}

Json json_of(const SeedRow& row) {
  Json json = {{"name", row.name}, {"dev", json_of(row.dev)}, {"test", json_of(row.test)}};
  if (row.swarm_minus_it) json["swarm_minus_it"] = json_of(*row.swarm_minus_it);
  return json;
}

Json json_of(const std::vector<SeedRow>& rows) {
  Json list = Json::array();
  for (const SeedRow& row : rows) list.push_back(json_of(row));
  return list;
}

Json json_of(const RunResult& run) {
  return {{"seed", run.seed},
          {"folder", seed_folder({}, run.seed).string()},
          {"stop_reason", run.stop_reason},
          {"iterations", run.iterations},
          {"evaluations", run.evaluations},
          {"seconds", run.seconds},
          {"dev", run.best.dev.utility},
          {"test", run.best.test.utility}};
}

std::string text_of(const SeedMean& mean) {
  return mean.standard_error ? fmt::format("{:.3f} ± {:.3f}", mean.mean, *mean.standard_error)
                             : fmt::format("{:.3f}", mean.mean);
}

std::string table_line(const SeedRow& row, std::size_t width) {
  return fmt::format("{:<{}}  {:>15}  {:>15}  {:>16}\n", row.name, width, text_of(row.dev), text_of(row.test),
                     row.swarm_minus_it ? text_of(*row.swarm_minus_it) : std::string("–"));
}

/// Sums of a number of each search.
template <typename Number>
Number total(const std::vector<RunResult>& runs, Number RunResult::*number) {
  Number sum{};
  for (const RunResult& run : runs) sum += run.*number;
  return sum;
}

}  // namespace

SeedMean mean_over_seeds(const std::vector<double>& values) {
  expect(!values.empty(), "a mean over no searches.");
  if (values.size() == 1) return {values.front(), std::nullopt};
  return {mean(values), standard_error(values)};
}

SeedsResult summarise(std::string name, std::vector<RunResult> runs) {
  expect(!runs.empty(), "a summary of no searches.");
  SeedsResult result;
  result.name = std::move(name);
  result.best = best_over(runs);
  result.experts = rows_over(runs, &RunResult::experts);
  result.baselines = rows_over(runs, &RunResult::baselines);
  result.runs = std::move(runs);
  return result;
}

std::string to_json(const SeedsResult& result) {
  Json seeds = Json::array();
  Json runs = Json::array();
  for (const RunResult& run : result.runs) {
    seeds.push_back(run.seed);
    runs.push_back(json_of(run));
  }
  const Json json = {{"name", result.name},
                     {"seeds", seeds},
                     {"searches", result.runs.size()},
                     {"evaluations", total(result.runs, &RunResult::evaluations)},
                     {"seconds", total(result.runs, &RunResult::seconds)},
                     {"gpu_hours", total(result.runs, &RunResult::gpu_hours)},
                     {"best", json_of(result.best)},
                     {"experts", json_of(result.experts)},
                     {"baselines", json_of(result.baselines)},
                     {"runs", runs},
                     {"synthetic", result.runs.front().synthetic}};
  return json_text(json, 2) + "\n";
}

std::string to_table(const SeedsResult& result) {
  std::size_t width = result.best.name.size();
  for (const auto* rows : {&result.experts, &result.baselines}) {
    for (const SeedRow& row : *rows) width = std::max(width, row.name.size());
  }
  std::string table =
      result.runs.front().synthetic ? "made-up scores (evaluation.synthetic): no model was evaluated\n" : "";
  table += fmt::format("mean ± standard error over {} searches that differ in their seed\n", result.runs.size());
  table += fmt::format("{:<{}}  {:>15}  {:>15}  {:>16}\n", "", width, "dev", "held-out test", "swarm minus it");
  for (const SeedRow& row : result.experts) table += table_line(row, width);
  for (const SeedRow& row : result.baselines) table += table_line(row, width);
  return table + table_line(result.best, width);
}

}  // namespace shoal::results
