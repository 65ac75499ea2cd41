#include "swarm/coordinates.hpp"

#include <catch2/catch.hpp>

namespace shoal::swarm::coordinates_test {

TEST_CASE("an expert's position is 1 at its own index", "[coordinates]") {
  CHECK(expert_position(0, 3) == Coordinates{1, 0, 0});
  CHECK(expert_position(2, 3) == Coordinates{0, 0, 1});
  CHECK(expert_position(1, 3, 2) == Coordinates{0, 1, 0, 0, 1, 0});
}

TEST_CASE("a crossover weighs its first parent by t", "[coordinates]") {
  const Coordinates a{1, 0, 0};
  const Coordinates b{0, 0.5, 0.5};
  CHECK(crossover(a, b, 1.0) == a);
  CHECK(crossover(a, b, 0.0) == b);
  CHECK(crossover(a, b, 0.25) == Coordinates{0.25, 0.375, 0.375});
  CHECK(crossover(a, b, 2.0) == Coordinates{2, -0.5, -0.5});
}

TEST_CASE("a difference is elementwise, the first minus the second", "[coordinates]") {
  CHECK(difference({1, 0, 0}, {0.5, 0.25, 0.25}) == Coordinates{0.5, -0.25, -0.25});
}

}  // namespace shoal::swarm::coordinates_test
