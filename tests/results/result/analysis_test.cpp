#include "results/result/analysis.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace analysis_test {

using namespace shoal;

namespace {

const double unknown = std::nan("");

}  // namespace

TEST_CASE("emergence counts what nobody answered and the winner does") {
  const std::vector<std::vector<double>> experts{{1, 0, 0, 0, 1, 0.4}, {0, 1, 0, unknown, 1, 0}};
  const std::vector<double> winner{0, 1, 1, 0, 1, 0.6};
  const results::Emergence first = results::emergence(experts, 0, winner);
  CHECK(first == results::Emergence{6, 3, 2, 4, 3, 1});
  CHECK(results::emergence(experts, 1, winner) == results::Emergence{6, 3, 2, 4, 2, 0});
}

TEST_CASE("the rank counts how many were better") {
  const std::vector<double> utilities{0.3, 0.5, 0.3, unknown};
  CHECK(results::rank_of(utilities, 1) == 1);
  CHECK(results::rank_of(utilities, 0) == 2);
  CHECK(results::rank_of(utilities, 2) == 2);
  CHECK(results::rank_of(utilities, 3) == 4);
}

TEST_CASE("diversity is the mean distance of all pairs") {
  const std::vector<std::vector<double>> positions{{0, 0}, {3, 4}, {0, 0}};
  CHECK(results::mean_pairwise_distance(positions) == Approx(10.0 / 3.0));
  CHECK(results::mean_pairwise_distance(std::span(positions).first(1)) == 0.0);
}

}  // namespace analysis_test
