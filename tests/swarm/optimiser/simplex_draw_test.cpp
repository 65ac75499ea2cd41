#include "swarm/optimiser/simplex_draw.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

namespace shoal::swarm::simplex_draw_test {
namespace {

Settings with(Optimiser optimiser, int experts) {
  Settings settings = preset("paper", experts);
  settings.optimiser = optimiser;
  return settings;
}

}  // namespace

TEST_CASE("the Halton sequence as the literature prints it", "[simplex_draw]") {
  CHECK(halton(0, 0) == 0.0);
  CHECK(halton(1, 0) == 0.5);
  CHECK(halton(2, 0) == 0.25);
  CHECK(halton(3, 0) == 0.75);
  CHECK(halton(6, 0) == 0.375);
  CHECK(halton(1, 1) == Approx(1.0 / 3.0));
  CHECK(halton(5, 1) == Approx(7.0 / 9.0));
  CHECK(halton(4, 2) == Approx(0.8));
}

TEST_CASE("drawn positions sum to 1, lie within the stretched simplex and are centred on the even mix",
          "[simplex_draw]") {
  for (const Optimiser optimiser : {Optimiser::random, Optimiser::quasi_random}) {
    const Settings settings = with(optimiser, 4);
    Coordinates mean(4, 0.0);
    double lowest = 1.0;
    for (int iteration = 1; iteration <= 250; ++iteration) {
      for (int particle = 0; particle < 8; ++particle) {
        const Coordinates x = draw_position(settings, 5, iteration, particle, 4);
        REQUIRE(x[0] + x[1] + x[2] + x[3] == Approx(1.0));
        for (std::size_t k = 0; k < 4; ++k) mean[k] += x[k] / 2000.0;
        lowest = std::min(lowest, *std::ranges::min_element(x));
      }
    }
    for (const double m : mean) CHECK(m == Approx(0.25).margin(0.02));
    CHECK(lowest < -0.1);
    CHECK(lowest >= 0.25 - 1.5 * 0.25);
  }
}

TEST_CASE("quasi-random points fill the space more evenly than random ones", "[simplex_draw]") {
  // Of 400 points, those with the first coefficient above its median: the error of a mean falls faster than 1/sqrt(N).
  const auto error = [](Optimiser optimiser) {
    double total = 0.0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      double mean = 0.0;
      for (int p = 0; p < 400; ++p) {
        mean += draw_position(with(optimiser, 3), seed, 1 + p / 6, p % 6, 3)[0] / 400.0;
      }
      total += std::abs(mean - 1.0 / 3.0);
    }
    return total;
  };
  CHECK(error(Optimiser::quasi_random) < 0.5 * error(Optimiser::random));
}

TEST_CASE("blocks are drawn apart, and other seeds draw other positions", "[simplex_draw]") {
  for (const Optimiser optimiser : {Optimiser::random, Optimiser::quasi_random}) {
    Settings settings = with(optimiser, 3);
    settings.blocks = 2;
    const Coordinates x = draw_position(settings, 5, 2, 1, 3);
    REQUIRE(x.size() == 6);
    CHECK(x[3] + x[4] + x[5] == Approx(1.0));
    CHECK(x[0] != x[3]);
    CHECK(draw_position(settings, 6, 2, 1, 3) != x);
    CHECK(draw_position(settings, 5, 2, 1, 3) == x);
  }
}

}  // namespace shoal::swarm::simplex_draw_test
