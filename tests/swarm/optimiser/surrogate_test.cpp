#include "swarm/optimiser/surrogate.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace shoal::swarm::surrogate_test {

TEST_CASE("at an evaluated position the guess is what was found there, the first time", "[surrogate]") {
  const std::vector<double> archive{0.3, 1.0, 0.0, 0.9, 0.0, 1.0, 0.5, 1.0, 0.0};
  CHECK(guess_utility(archive, {1.0, 0.0}) == 0.3);
  CHECK(guess_utility(archive, {0.0, 1.0}) == 0.9);
}

TEST_CASE("between two positions the nearer one weighs by the square of its distance", "[surrogate]") {
  const std::vector<double> archive{0.0, 1.0, 0.0, 1.0, 0.0, 1.0};
  CHECK(guess_utility(archive, {0.5, 0.5}) == Approx(0.5));
  // Distances in the ratio 1 : 3, so weights 9 : 1.
  CHECK(guess_utility(archive, {0.75, 0.25}) == Approx(0.1));
}

TEST_CASE("only the five nearest positions count", "[surrogate]") {
  std::vector<double> archive;
  for (int k = 0; k < 5; ++k) archive.insert(archive.end(), {0.25, 0.5 + 0.01 * k, 0.5 - 0.01 * k});
  const double near = guess_utility(archive, {0.4, 0.6});
  archive.insert(archive.end(), {1.0, 5.0, -4.0});
  CHECK(guess_utility(archive, {0.4, 0.6}) == near);
  CHECK(near == Approx(0.25));
}

}  // namespace shoal::swarm::surrogate_test
