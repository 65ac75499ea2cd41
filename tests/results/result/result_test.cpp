#include "results/result/result.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.hpp"
#include "results/result/result_reader.hpp"
#include "support/temp_folder.hpp"

namespace result_test {

using namespace shoal;
using namespace std::string_literals;
using Catch::Matchers::Contains;
using shoal::testing::TempFolder;
using Json = nlohmann::json;

namespace {

constexpr double third = 1.0 / 3.0;

results::SplitScore split(double utility) {
  return {utility, 0.02, 100, {{"sums", {utility, 0.02, 0.25, 60}}, {"words", {0.5, 0.03, 0.0, 40}}}};
}

results::RunResult example_result() {
  results::RunResult result;
  result.name = "name \"quoted\""s;
  result.seed = 0xffffffffffffffffU;
  result.model = "m"s;
  result.merge_space = "factors"s;
  result.dtype = "float32"s;
  result.stop_reason = "patience"s;
  result.iterations = 12;
  result.evaluations = std::int64_t{1} << 40;
  result.ranks = 4;
  result.best = {"swarm", {0.1, 0.9}, split(0.8), split(third), std::nullopt};
  result.best_particle = 3;
  result.best_iteration = 7;
  result.chosen_by = "validation"s;
  result.search_utility = 0.81;
  result.validation_utility = 0.79;
  result.experts = {{"adder", {1.0, 0.0}, split(0.6), split(0.61), results::Comparison{0.19, 0.04}},
                    {"speller", {0.0, 1.0}, split(0.4), split(0.41), results::Comparison{0.39, 0.05}}};
  result.baselines = {{"uniform_soup", {0.5, 0.5}, split(0.7), split(0.71), results::Comparison{-0.09, 0.03}}};
  result.best_single = "adder"s;
  result.leaks = {{"sums", 3, 2}};
  return result;
}

Json json_of(const results::RunResult& result) { return Json::parse(to_json(result)); }

}  // namespace

TEST_CASE("the document has the search's numbers") {
  const Json json = json_of(example_result());
  CHECK(json["name"] == "name \"quoted\"");
  CHECK(json["seed"] == 0xffffffffffffffffU);
  CHECK(json["evaluations"] == std::int64_t{1} << 40);
  CHECK(json["searches"] == 1);
  CHECK(json["stop_reason"] == "patience");
  CHECK(json["best_single"] == "adder");
  CHECK(json["leaks"][0] == Json{{"task", "sums"}, {"questions", 3}, {"questions_and_answers", 2}});
}

TEST_CASE("the winner's row tells where it came from and how it was chosen") {
  const Json best = json_of(example_result())["best"];
  CHECK(best["particle"] == 3);
  CHECK(best["iteration"] == 7);
  CHECK(best["chosen_by"] == "validation");
  CHECK(best["validation_utility"] == 0.79);
  CHECK(best["position"] == Json{0.1, 0.9});
  CHECK_FALSE(best.contains("versus_best"));
  results::RunResult without = example_result();
  without.validation_utility.reset();
  CHECK(json_of(without)["best"]["validation_utility"].is_null());
}

TEST_CASE("rows have both splits with every task, and the paired difference") {
  const Json row = json_of(example_result())["experts"][0];
  CHECK(row["name"] == "adder");
  CHECK(row["dev"]["utility"] == 0.6);
  CHECK(row["test"]["n"] == 100);
  CHECK(row["test"]["tasks"]["sums"] ==
        Json{{"mean", 0.61}, {"standard_error", 0.02}, {"n", 60}, {"parse_failure_rate", 0.25}});
  CHECK(row["versus_best"] == Json{{"difference", 0.19}, {"standard_error", 0.04}});
}

TEST_CASE("a reader of the document gets the same bits, and null for what is not finite") {
  results::RunResult result = example_result();
  result.search_utility = std::numeric_limits<double>::quiet_NaN();
  const Json json = json_of(result);
  CHECK(json["best"]["test"]["utility"].get<double>() == third);
  CHECK(json["best"]["search_utility"].is_null());
}

TEST_CASE("the report reads the document back") {
  const TempFolder folder;
  write_durably(folder / "result.json", to_json(example_result()));
  const auto record = results::read_result(folder / "result.json");
  CHECK(to_json(record.run) == to_json(example_result()));
  CHECK(record.searches == 1);
}

TEST_CASE("the table has a line for each row, the swarm last, with signed differences") {
  std::istringstream table(results::to_table(example_result()));
  std::vector<std::string> lines;
  for (std::string line; std::getline(table, line);) lines.push_back(line);
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[0], Contains("held-out test"));
  CHECK_THAT(lines[1], Contains("adder") && Contains("0.600 ± 0.020") && Contains("+0.190 ± 0.040"));
  CHECK_THAT(lines[3], Contains("uniform_soup") && Contains("-0.090 ± 0.030"));
  CHECK_THAT(lines[4], Contains("swarm") && Contains("0.333 ± 0.020") && Contains("–"));
}

TEST_CASE("the ensemble has a row of its own in document and table, and baselines tell what finding them has cost") {
  results::RunResult result = example_result();
  CHECK(json_of(result)["ensemble"].is_null());
  result.ensemble = results::ResultRow{"ensemble", {}, split(0.65), split(0.66), results::Comparison{0.14, 0.02}};
  result.baselines.front().evaluations = 17;
  result.baselines.front().seconds = 2.5;
  result.baseline_evaluations = 17;

  const Json json = json_of(result);

  CHECK(json["ensemble"]["test"]["utility"] == 0.66);
  CHECK(json["ensemble"]["position"].empty());
  CHECK(json["baselines"][0]["evaluations"] == 17);
  CHECK(json["baselines"][0]["seconds"] == 2.5);
  CHECK(json["baseline_evaluations"] == 17);
  CHECK_FALSE(json["experts"][0].contains("evaluations"));
  CHECK_FALSE(json["experts"][0].contains("seconds"));
  CHECK_THAT(results::to_table(result), Contains("ensemble") && Contains("+0.140 ± 0.020"));
}

TEST_CASE("measures of tasks are written, read back, and get a table of their own") {
  results::RunResult result = example_result();
  CHECK_THAT(results::to_table(result), !Contains("perplexity"));
  for (results::ResultRow* row : {&result.best, &result.experts[0], &result.experts[1], &result.baselines[0]}) {
    row->dev.tasks["sums"].measures = {{"perplexity", 12.0}};
    row->test.tasks["sums"].measures = {{"perplexity", 13.456789}};
  }
  CHECK(json_of(result)["best"]["test"]["tasks"]["sums"]["measures"] == Json{{"perplexity", 13.456789}});
  CHECK_THAT(results::to_table(result), Contains("perplexity of sums") && Contains("12") && Contains("13.46"));
  const TempFolder folder;
  write_durably(folder / "result.json", to_json(result));
  CHECK(to_json(results::read_result(folder / "result.json").run) == to_json(result));
}

}  // namespace result_test
