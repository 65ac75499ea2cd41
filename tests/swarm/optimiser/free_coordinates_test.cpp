#include "swarm/optimiser/free_coordinates.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace shoal::swarm::free_coordinates_test {

TEST_CASE("free coordinates of two blocks lead back to the position", "[free_coordinates]") {
  const Coordinates position{0.2, 0.5, -0.4, 0.7, 1.0, 0.0, 0.0, 0.0};
  const std::vector<double> free = to_free(position, 4);
  REQUIRE(free.size() == 6);
  const Coordinates again = from_free(free, 4);
  for (std::size_t k = 0; k < position.size(); ++k) CHECK(again[k] == Approx(position[k]).margin(1e-15));
}

TEST_CASE("the even mix is the origin, and distances stay what they are", "[free_coordinates]") {
  for (const double q : to_free({0.25, 0.25, 0.25, 0.25}, 4)) CHECK(q == Approx(0.0).margin(1e-16));
  const std::vector<double> a = to_free({1.0, 0.0, 0.0}, 3);
  const std::vector<double> b = to_free({0.0, 0.0, 1.0}, 3);
  CHECK(std::hypot(a[0] - b[0], a[1] - b[1]) == Approx(std::sqrt(2.0)));
}

TEST_CASE("whatever the free coordinates are, the coefficients sum to 1", "[free_coordinates]") {
  const Coordinates position = from_free(std::vector<double>{3.0, -7.5, 0.125}, 4);
  CHECK(position[0] + position[1] + position[2] + position[3] == Approx(1.0));
}

}  // namespace shoal::swarm::free_coordinates_test
