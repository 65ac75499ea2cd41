#include "results/result/run_analysis.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "report/run_folder_example.hpp"
#include "results/history/examples_store.hpp"
#include "results/result/result_reader.hpp"

namespace run_analysis_test {

using namespace shoal;
using shoal::testing::RunFolder;

namespace {

const double unknown = std::nan("");

/// The result of a run folder with per-example scores: two experts, the winner.
results::RunResult result_of(const RunFolder& run) {
  results::RunResult result = results::read_result(run.folder() / "result.json").run;
  result.experts[0].test.scores = {1, 0, 0};
  result.experts[1].test.scores = {0, 0, 0};
  result.best.test.scores = {0, 1, 0};
  for (results::ResultRow* row : {&result.experts[0], &result.experts[1], &result.best}) row->dev.scores = {0, 1};
  return result;
}

}  // namespace

TEST_CASE("the course of a search is told from its examples and its history") {
  const RunFolder run;
  run.write();
  results::ExamplesStore store(run.folder() / "examples.h5");
  store.add(0, 0, std::vector<double>{1, 0, 0, 0, 0});
  store.add(0, 1, std::vector<double>{0, 0, 0, 0, 0});
  store.add(0, 2, std::vector<double>{0, 1, 0, 0, 0});  // no expert
  store.add(1, 0, std::vector<double>{1, unknown, 1, 0, 0});
  store.add(1, 2, std::vector<double>{0, 1, 0, 1, 0});
  store.add(2, 0, std::vector<double>{0, 0, 0, 0, 1});
  store.save();
  const results::Analysis analysis = results::analyse(run.folder(), result_of(run));
  REQUIRE(analysis.iterations.size() == 3);
  // Examples 1 to 4 are answered by no expert; g is particle 0, then particle 2 of iteration 1.
  CHECK(analysis.iterations[0].emerged_best == 0.0);
  CHECK(analysis.iterations[0].emerged_any == 0.25);
  CHECK(analysis.iterations[1].emerged_best == 0.5);
  CHECK(analysis.iterations[1].emerged_any == 0.75);
  CHECK(analysis.iterations[2].emerged_best == 0.5);
  CHECK(analysis.iterations[2].emerged_any == 1.0);
  CHECK(analysis.iterations[0].diversity == Approx((std::sqrt(2.0) + 2.0 * std::sqrt(0.5)) / 3.0));
  CHECK(analysis.iterations[2].diversity == 0.0);
}

TEST_CASE("the final table gives emergence, the first iteration the rank") {
  const RunFolder run;
  run.write();
  const results::Analysis analysis = results::analyse(run.folder(), result_of(run));
  CHECK(analysis.test == results::Emergence{3, 2, 1, 2, 1, 1});
  CHECK(analysis.rank_at_start == 2);  // particle 2: 0.5 behind 0.6
  CHECK(analysis.particles == 3);
  CHECK(analysis.iterations.empty());
}

TEST_CASE("without experts at the start there is no share of what they leave unsolved") {
  RunFolder run;
  run.history.front()["particles"][1]["position"] = {0.25, 0.75};
  run.write();
  results::ExamplesStore store(run.folder() / "examples.h5");
  store.add(0, 0, std::vector<double>{1, 0});
  store.add(0, 1, std::vector<double>{0, 0});
  store.save();
  const results::Analysis analysis = results::analyse(run.folder(), result_of(run));
  REQUIRE(analysis.iterations.size() == 3);
  CHECK(std::isnan(analysis.iterations[2].emerged_best));
  CHECK(std::isnan(analysis.iterations[2].emerged_any));
  CHECK(analysis.iterations[0].diversity > 0.0);
}

}  // namespace run_analysis_test
