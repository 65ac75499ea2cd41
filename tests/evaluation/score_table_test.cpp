#include "evaluation/score_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace score_table_test {

using namespace shoal;
using namespace shoal::evaluation;

namespace {

task::Outcome outcome(double score) {
  task::Outcome result;
  result.score = score;
  result.parsed = score > 0.0;
  return result;
}

ScoreTable table_of(const std::vector<double>& scores) {
  ScoreTable table(1, scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) table.set(0, i, outcome(scores[i]));
  return table;
}

/// Enough when so many items are known.
std::function<bool(std::span<const double>)> known(int count) {
  return [count](std::span<const double> scores) {
    int found = 0;
    for (const double score : scores) found += std::isnan(score) ? 0 : 1;
    return found >= count;
  };
}

}  // namespace

TEST_CASE("a complete assignment has every score and is not cut") {
  const auto read = read_scores(table_of({1, 0, 1}), 0, {{}, {{0, 1}, {2}}, {}, {}}, 3);
  CHECK(read.scores == std::vector<double>{1, 0, 1});
  CHECK(read.parsed == std::vector<bool>{true, false, true});
  CHECK_FALSE(read.cut);
}

TEST_CASE("only the shortest run of leading blocks that is enough counts, whatever else was computed") {
  const auto read = read_scores(table_of({1, 0, 1, 1}), 0, {{}, {{3}, {1}, {0, 2}}, {}, known(2)}, 4);
  CHECK(read.cut);
  CHECK(read.scores[3] == 1.0);
  CHECK(read.scores[1] == 0.0);
  CHECK(std::isnan(read.scores[0]));
  CHECK(std::isnan(read.scores[2]));
}

TEST_CASE("scores known before count as scored") {
  const double nan = std::nan("");
  const auto read = read_scores(table_of({9, 0, 1}), 0, {{}, {{1}, {2}}, {0.5, nan, nan}, known(2)}, 3);
  CHECK(read.cut);
  CHECK(read.scores[0] == 0.5);
  CHECK(read.scores[1] == 0.0);
  CHECK(std::isnan(read.scores[2]));
}

TEST_CASE("an assignment that is enough with its last block only is complete") {
  CHECK_FALSE(read_scores(table_of({1, 1}), 0, {{}, {{0}, {1}}, {}, known(2)}, 2).cut);
}

}  // namespace score_table_test
