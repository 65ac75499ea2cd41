#include "results/result/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "results/result/result_reader.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;

/// The utility of the held-out test, whose examples lie task after task.
task::Utility test_utility(const Study& study) {
  std::vector<std::size_t> sizes;
  std::vector<double> weights;
  for (const task::TaskConfig& task : study.utility.tasks) {
    sizes.push_back(study.whole.result.best.test.tasks.at(task.name).examples);
    weights.push_back(task.weight);
  }
  return {study.utility.combine, std::move(sizes), std::move(weights)};
}

Comparison paired(const Study& study, const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) {
    fail(ExitCode::input,
         "two searches of the study have {} and {} test examples (they differ in more than the study "
         "says). Run it anew with --resume never.",
         a.size(), b.size());
  }
  const task::Estimate difference = test_utility(study).difference(a, b);
  return {difference.value, difference.standard_error};
}

const std::vector<double>& winner(const StudySearch& search) { return search.scores.test.back(); }

/// The row of final_scores.h5 of an expert of the whole search.
std::size_t row_of_expert(const Study& study, const std::string& name) {
  const auto& experts = study.whole.result.experts;
  const auto found = std::ranges::find(experts, name, &ResultRow::name);
  if (found == experts.end()) fail(ExitCode::input, "the search has no expert {}. Run the study anew.", name);
  return static_cast<std::size_t>(found - experts.begin());
}

Json json_of(const SplitScore& split) {
  return {{"utility", split.utility}, {"standard_error", split.standard_error}, {"n", split.examples}};
}

Json json_of(const Comparison& pair) {
  return {{"difference", pair.difference}, {"standard_error", pair.standard_error}};
}

Json json_of(const StudySearch& search) {
  const RunResult& result = search.result;
  return {{"name", search.name},
          {"folder", search.folder.string()},
          {"dev", json_of(result.best.dev)},
          {"test", json_of(result.best.test)},
          {"search_utility", result.search_utility},
          {"evaluations", result.evaluations},
          {"iterations", result.iterations},
          {"stop_reason", result.stop_reason}};
}

Json json_of(const Study& study, const StudySearch& variation) {
  Json json = json_of(variation);
  json["whole_minus_it"] = json_of(whole_minus(study, variation));
  if (const auto pair = minus_left_out(study, variation)) {
    json["left_out"] = variation.left_out;
    json["it_minus_left_out"] = json_of(*pair);
  }
  return json;
}

std::string score(const SplitScore& split) {
  return fmt::format("{:.3f} ± {:.3f}", split.utility, split.standard_error);
}

std::string line(const StudySearch& search, const std::string& difference, std::size_t width) {
  return fmt::format("{:<{}}  {:>15}  {:>15}  {:>16}  {:>11}\n", search.name, width, score(search.result.best.dev),
                     score(search.result.best.test), difference, search.result.evaluations);
}

std::string signed_text(const Comparison& pair) {
  return fmt::format("{:+.3f} ± {:.3f}", pair.difference, pair.standard_error);
}

}  // namespace

StudySearch study_search(const std::string& name, const std::filesystem::path& folder, const std::string& left_out) {
  return {name, folder, left_out, read_result(folder / "result.json").run,
          read_final_scores(folder / "final_scores.h5")};
}

Comparison whole_minus(const Study& study, const StudySearch& variation) {
  return paired(study, winner(study.whole), winner(variation));
}

std::optional<Comparison> minus_left_out(const Study& study, const StudySearch& variation) {
  if (variation.left_out.empty()) return std::nullopt;
  const std::size_t row = row_of_expert(study, variation.left_out);
  return paired(study, winner(variation), study.whole.scores.test.at(row));
}

std::string to_json(const Study& study) {
  Json variations = Json::array();
  for (const StudySearch& variation : study.variations) variations.push_back(json_of(study, variation));
  const Json json = {{"name", study.name}, {"whole", json_of(study.whole)}, {"variations", variations}};
  return json_text(json, 2) + "\n";
}

std::string to_table(const Study& study) {
  std::size_t width = study.whole.name.size();
  for (const StudySearch& variation : study.variations) width = std::max(width, variation.name.size());
  std::string table = fmt::format("{:<{}}  {:>15}  {:>15}  {:>16}  {:>11}\n", "", width, "dev", "held-out test",
                                  "whole minus it", "evaluations");
  table += line(study.whole, "–", width);
  for (const StudySearch& variation : study.variations) {
    table += line(variation, signed_text(whole_minus(study, variation)), width);
  }
  for (const StudySearch& variation : study.variations) {
    if (const auto pair = minus_left_out(study, variation))
      table += fmt::format("{} minus {}: {}\n", variation.name, variation.left_out, signed_text(*pair));
  }
  return table;
}

}  // namespace shoal::results
