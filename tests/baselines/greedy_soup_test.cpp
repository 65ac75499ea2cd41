#include "baselines/greedy_soup.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace greedy_soup_test {

using namespace shoal;
using baselines::greedy_soup;
using swarm::Coordinates;

namespace {

/// 1 − |x − target|²; counts what it is asked.
struct Bowl {
  Coordinates target;
  std::int64_t asked = 0;

  std::optional<std::vector<double>> operator()(std::span<const Coordinates> positions) {
    std::vector<double> utilities;
    for (const Coordinates& position : positions) {
      double square = 0.0;
      for (std::size_t k = 0; k < position.size(); ++k) square += std::pow(position[k] - target[k], 2);
      utilities.push_back(1.0 - square);
      ++asked;
    }
    return utilities;
  }
};

}  // namespace

TEST_CASE("experts join as long as the mean does not get worse") {
  Bowl bowl{{0.5, 0.5, 0.0}};
  const auto found = greedy_soup(3, std::ref(bowl));
  REQUIRE(found);
  CHECK(found->position == Coordinates{0.5, 0.5, 0.0});
  CHECK(found->utility == 1.0);
  CHECK(found->evaluations == bowl.asked);
  CHECK(found->evaluations == 3 + 2);
}

TEST_CASE("a mean that is just as good is taken") {
  const auto found = greedy_soup(2, [](auto positions) { return std::optional(std::vector(positions.size(), 0.5)); });
  CHECK(found->position == Coordinates{0.5, 0.5});
}

TEST_CASE("the best expert alone is kept when every mean is worse, whichever it is") {
  for (std::size_t best = 0; best < 3; ++best) {
    Coordinates target(3, 0.0);
    target[best] = 1.0;
    CHECK(greedy_soup(3, Bowl{target})->position == target);
  }
}

TEST_CASE("an expert whose utility is not finite comes last and does not join") {
  const auto score = [](std::span<const Coordinates> positions) {
    std::vector<double> utilities;
    for (const Coordinates& position : positions) {
      utilities.push_back(position[0] != 0.0 ? std::numeric_limits<double>::quiet_NaN() : position[1]);
    }
    return std::optional(utilities);
  };
  CHECK(greedy_soup(2, score)->position == Coordinates{0.0, 1.0});
}

TEST_CASE("an interruption anywhere ends the search without a result") {
  for (int allowed = 0; allowed < 3; ++allowed) {
    int calls = 0;
    const auto score = [&](std::span<const Coordinates> positions) -> std::optional<std::vector<double>> {
      if (calls++ == allowed) return std::nullopt;
      return std::vector(positions.size(), 0.5);
    };
    CHECK_FALSE(greedy_soup(3, score));
  }
}

}  // namespace greedy_soup_test
