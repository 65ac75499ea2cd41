#include "results/result/final_scores_file.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace final_scores_file_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

results::ResultRow row(std::vector<double> dev, std::vector<double> test) {
  results::ResultRow result;
  result.dev.scores = std::move(dev);
  result.test.scores = std::move(test);
  return result;
}

}  // namespace

TEST_CASE("scores are kept row by row: experts, baselines, the winner") {
  const TempFolder folder;
  results::RunResult result;
  result.experts = {row({1, 0}, {0, 0.5, 1}), row({}, {})};
  result.baselines = {row({0, 0}, {1, 1, 1})};
  result.best = row({1, 1}, {0, 0, 0.25});
  write_durably(folder / "f.h5", results::final_scores_image(result));
  const results::FinalScores scores = results::read_final_scores(folder / "f.h5");
  REQUIRE(scores.dev.size() == 4);
  CHECK(scores.dev[0] == std::vector<double>{1, 0});
  CHECK(scores.test[0] == std::vector<double>{0, 0.5, 1});
  CHECK(std::isnan(scores.test[1][2]));
  CHECK(scores.test[2] == std::vector<double>{1, 1, 1});
  CHECK(scores.test.back() == std::vector<double>{0, 0, 0.25});
}

TEST_CASE("a damaged file is refused") {
  const TempFolder folder;
  write_durably(folder / "f.h5", "nonsense");
  CHECK_THAT(error_of([&] { results::read_final_scores(folder / "f.h5"); }), Contains("3: ") && Contains("f.h5"));
}

}  // namespace final_scores_file_test
