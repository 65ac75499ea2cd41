#include "base/statistics.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace statistics_test {

using namespace shoal;

TEST_CASE("the mean of values, and of none") {
  CHECK(mean(std::vector<double>{1.0, 2.0, 6.0}) == 3.0);
  CHECK(mean({}) == 0.0);
}

TEST_CASE("the standard error uses n - 1") {
  // s^2 = ((1-2)^2 + 0 + (3-2)^2) / 2 = 1
  CHECK(standard_error(std::vector<double>{1.0, 2.0, 3.0}) == Approx(1.0 / std::sqrt(3.0)));
  CHECK(standard_error(std::vector<double>{5.0, 5.0}) == 0.0);
  std::vector<double> accuracy(200, 0.0);
  for (std::size_t i = 0; i < 62; ++i) accuracy[i] = 1.0;
  CHECK(standard_error(accuracy) == Approx(std::sqrt(0.31 * 0.69 / 199.0)));
}

TEST_CASE("fewer than two values have no standard error") {
  CHECK(std::isnan(standard_error({})));
  CHECK(std::isnan(standard_error(std::vector<double>{1.0})));
}

}  // namespace statistics_test
