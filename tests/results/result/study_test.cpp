#include "results/result/study.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "report/report.hpp"
#include "report/run_folder_example.hpp"
#include "support/error_of.hpp"

namespace study_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::RunFolder;

namespace {

/// Test scores of the experts, the soup and the winner of a search on two examples of `sums` and two of `words`.
void write_scores(const RunFolder& run, const std::vector<double>& winner) {
  results::RunResult result;
  result.experts.resize(2);
  result.baselines.resize(1);
  for (results::ResultRow* row : {&result.experts[0], &result.experts[1], &result.baselines[0], &result.best}) {
    row->dev.scores = {1, 0};
    row->test.scores = {1, 0, 1, 0};
  }
  result.best.test.scores = winner;
  run.write_file("final_scores.h5", results::final_scores_image(result));
}

results::Study study(RunFolder& whole, RunFolder& other, const std::string& left_out = {}) {
  for (RunFolder* run : {&whole, &other}) {
    for (auto& [name, task] : run->result["best"]["test"]["tasks"].items()) task["n"] = 2;
    run->write();
  }
  write_scores(whole, {1, 1, 1, 0});
  write_scores(other, {1, 0, 0, 0});
  task::UtilityConfig utility{task::Combine::mean, {}};
  for (const char* name : {"sums", "words"}) {
    utility.tasks.emplace_back();
    utility.tasks.back().name = name;
  }
  return {"demo",
          utility,
          results::study_search("whole", whole.folder(), {}),
          {results::study_search("ablate-inertia", other.folder(), left_out)}};
}

}  // namespace

TEST_CASE("winners are compared example by example on the held-out test") {
  RunFolder whole, other;
  const results::Study both = study(whole, other);
  const results::Comparison pair = results::whole_minus(both, both.variations[0]);
  CHECK(pair.difference == Approx(0.5));  // means of (1, 1), (1, 0) against (1, 0), (0, 0)
  CHECK(pair.standard_error > 0.0);
  CHECK_FALSE(results::minus_left_out(both, both.variations[0]));
}

TEST_CASE("a search without an expert is compared with that expert") {
  RunFolder whole, other;
  const results::Study both = study(whole, other, "speller");
  const auto pair = results::minus_left_out(both, both.variations[0]);
  REQUIRE(pair);
  CHECK(pair->difference == Approx(-0.25));  // (1, 0), (0, 0) against (1, 0), (1, 0)
}

TEST_CASE("a study is told as JSON, as a table and as a page") {
  RunFolder whole, other;
  const results::Study both = study(whole, other, "speller");
  const auto json = nlohmann::json::parse(to_json(both));
  CHECK(json["whole"]["test"]["utility"] == 0.8);
  CHECK(json["variations"][0]["name"] == "ablate-inertia");
  CHECK(json["variations"][0]["whole_minus_it"]["difference"] == Approx(0.5));
  CHECK(json["variations"][0]["left_out"] == "speller");
  CHECK_THAT(results::to_table(both),
             Contains("ablate-inertia") && Contains("+0.500 ±") && Contains("minus speller: -0.250"));
  const std::string page = report::render_study(both);
  CHECK_THAT(page, Contains("<h2>Variations</h2>") && Contains("Weak to strong") && Contains("2 runs"));
}

TEST_CASE("searches over other examples cannot be compared") {
  RunFolder whole, other;
  results::Study both = study(whole, other);
  both.variations[0].scores.test.back().pop_back();
  CHECK_THAT(error_of([&] { results::whole_minus(both, both.variations[0]); }),
             Contains("3: ") && Contains("4 and 3 test"));
}

}  // namespace study_test
