#include "evaluation/route/tf_idf.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace tf_idf_test {

using namespace shoal::evaluation;

TEST_CASE("a vector holds counts times smoothed inverse document frequencies, at length 1") {
  const std::vector<TokenIds> prompts{{1, 2, 2}, {1, 3}};
  const TokenVector vector = TfIdf(prompts).vector(std::vector{2, 1, 2});
  const double everywhere = 1.0;                  // ln(3 / 3) + 1
  const double once = std::log(3.0 / 2.0) + 1.0;  // in one prompt of two
  const double length = std::hypot(everywhere, 2.0 * once);
  REQUIRE(vector.size() == 2);
  CHECK(vector.at(1) == Approx(everywhere / length));
  CHECK(vector.at(2) == Approx(2.0 * once / length));
}

TEST_CASE("tokens that no known prompt contains do not count") {
  const TfIdf terms(std::vector<TokenIds>{{1, 2}});
  CHECK(terms.vector(std::vector{1, 9}) == TokenVector{{1, 1.0}});
  CHECK(terms.vector(std::vector{9}).empty());
}

TEST_CASE("a distance counts what only one of the vectors has") {
  CHECK(squared_distance({{1, 1.0}, {2, 2.0}}, {{2, 0.5}, {3, 3.0}}) == Approx(1.0 + 2.25 + 9.0));
  CHECK(squared_distance({{4, 1.0}}, {{4, 1.0}}) == 0.0);
  CHECK(squared_distance({}, {{1, 2.0}}) == 4.0);
}

}  // namespace tf_idf_test
