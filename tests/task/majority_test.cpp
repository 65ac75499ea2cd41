#include "task/majority.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace majority_test {

using shoal::task::majority;

namespace {

using Answers = std::vector<std::optional<std::string>>;

std::size_t elected(const Answers& answers, const std::vector<double>& utilities) {
  return majority(answers, utilities);
}

}  // namespace

TEST_CASE("the answer of most voters wins, however good the others are") {
  CHECK(elected({"A", "B", "B"}, {0.9, 0.1, 0.1}) == 1);
  CHECK(elected({"C", "A", "B", "A", "C", "C"}, {0.5, 0.5, 0.5, 0.5, 0.5, 0.5}) == 0);
}

TEST_CASE("equally many voters: the larger sum of utilities wins") {
  CHECK(elected({"A", "B", "A", "B"}, {0.4, 0.5, 0.4, 0.4}) == 1);
  CHECK(elected({"A", "B", "A", "B"}, {0.4, 0.5, 0.6, 0.4}) == 0);
}

TEST_CASE("equal sums too: the earliest voter wins") { CHECK(elected({"B", "A"}, {0.5, 0.5}) == 0); }

TEST_CASE("who has no answer does not vote") {
  CHECK(elected({std::nullopt, std::nullopt, "B"}, {0.9, 0.9, 0.1}) == 2);
  CHECK(elected({std::nullopt, "A", "B", "B"}, {0.9, 0.8, 0.1, 0.1}) == 2);
}

TEST_CASE("without any answer the best voter stands for all") {
  CHECK(elected({std::nullopt, std::nullopt, std::nullopt}, {0.2, 0.7, 0.5}) == 1);
}

TEST_CASE("negative utilities count as they are") { CHECK(elected({"A", "B"}, {-0.5, -0.2}) == 1); }

}  // namespace majority_test
