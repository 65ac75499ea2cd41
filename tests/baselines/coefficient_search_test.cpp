#include "baselines/coefficient_search.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

namespace coefficient_search_test {

using namespace shoal;
using baselines::CoefficientSearch;
using baselines::search_coefficients;
using swarm::Coordinates;

namespace {

/// 1 − |x − target|²; keeps what it is asked.
struct Bowl {
  Coordinates target;
  std::vector<Coordinates> asked = {};
  std::size_t calls_until_interrupt = std::numeric_limits<std::size_t>::max();

  std::optional<std::vector<double>> operator()(std::span<const Coordinates> positions) {
    if (calls_until_interrupt-- == 0) return std::nullopt;
    std::vector<double> utilities;
    for (const Coordinates& position : positions) {
      double square = 0.0;
      for (std::size_t k = 0; k < position.size(); ++k) square += std::pow(position[k] - target[k], 2);
      utilities.push_back(1.0 - square);
      asked.push_back(position);
    }
    return utilities;
  }
};

CoefficientSearch search_with(swarm::Optimiser optimiser, std::int64_t evaluations) {
  CoefficientSearch search{.settings = swarm::preset("robust", 3), .experts = 3, .seed = 5, .evaluations = evaluations};
  search.settings.optimiser = optimiser;
  return search;
}

double sum(const Coordinates& position) { return std::accumulate(position.begin(), position.end(), 0.0); }

}  // namespace

TEST_CASE("It spends what it may, in whole generations, and at least the first") {
  for (const auto& [allowed, spent] : {std::pair{0, 6}, {6, 6}, {17, 12}, {60, 60}}) {
    Bowl bowl{{0.2, 0.5, 0.3}};
    const auto found = search_coefficients(search_with(swarm::Optimiser::random, allowed), std::ref(bowl), {});
    REQUIRE(found);
    CHECK(found->evaluations == spent);
    CHECK(std::ssize(bowl.asked) == spent);
  }
}

TEST_CASE("Affine coefficients sum to 1, and the best of those asked for is found") {
  for (const auto optimiser : {swarm::Optimiser::random, swarm::Optimiser::cma_es}) {
    Bowl bowl{{0.2, 0.5, 0.3}};
    const auto found = search_coefficients(search_with(optimiser, 300), std::ref(bowl), {});
    REQUIRE(found);
    double best = -1e9;
    for (const Coordinates& position : bowl.asked) {
      CHECK(sum(position) == Approx(1.0));
      best = std::max(best, (*Bowl{bowl.target}(std::span(&position, 1)))[0]);
    }
    CHECK(found->utility == best);
    CHECK(best > 0.95);
  }
}

TEST_CASE("Free coefficients reach what does not sum to 1; those of affine ones do not") {
  auto search = search_with(swarm::Optimiser::cma_es, 600);
  Bowl bowl{{0.9, 0.8, -0.2}};
  search.affine = false;
  const auto found = search_coefficients(search, std::ref(bowl), {});
  REQUIRE(found);
  CHECK(found->position.size() == 3);
  CHECK(found->utility > 0.98);
  CHECK(sum(found->position) == Approx(1.5).margin(0.3));
  search.affine = true;
  CHECK(search_coefficients(search, std::ref(bowl), {})->utility < 0.93);
}

TEST_CASE("Bounds hold for everything that is asked, and the penalty is taken off") {
  auto search = search_with(swarm::Optimiser::cma_es, 600);
  search.affine = false;
  search.bound = 1.5;
  Bowl far{{4.0, -4.0, 0.0}};
  const auto bounded = search_coefficients(search, std::ref(far), {});
  REQUIRE(bounded);
  for (const Coordinates& position : far.asked) {
    for (const double w : position) CHECK(std::abs(w) <= 1.5);
  }
  CHECK(bounded->position[0] == Approx(1.5).margin(0.1));
  search.penalty = 100.0;
  Bowl near{{0.5, 0.5, 0.5}};
  const auto penalised = search_coefficients(search, std::ref(near), {});
  CHECK(std::abs(penalised->position[0]) < 0.2);  // nothing is worth its magnitude
}

TEST_CASE("Kept-out examples choose among the best; without them the best is taken") {
  Bowl bowl{{0.2, 0.5, 0.3}};
  Bowl validation{{1.0, 0.0, 0.0}};
  const auto search = search_with(swarm::Optimiser::random, 60);
  const auto best = search_coefficients(search, std::ref(bowl), {});
  const auto chosen = search_coefficients(search, std::ref(bowl), std::ref(validation));
  REQUIRE(chosen);
  CHECK(chosen->position != best->position);
  const auto value = [&](const Coordinates& position) {
    return (*Bowl{validation.target}(std::span(&position, 1)))[0];
  };
  for (const Coordinates& finalist : validation.asked) CHECK(value(chosen->position) >= value(finalist));
}

TEST_CASE("What is not finite is worse than everything and stops nothing") {
  Bowl bowl{{0.2, 0.5, 0.3}};
  const auto some_nan = [&](std::span<const Coordinates> positions) {
    auto utilities = bowl(positions);
    utilities->front() = std::nan("");
    return utilities;
  };
  const auto found = search_coefficients(search_with(swarm::Optimiser::cma_es, 60), some_nan, {});
  REQUIRE(found);
  CHECK(std::isfinite(found->utility));
}

TEST_CASE("An interruption is passed on") {
  for (const std::size_t calls : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
    Bowl bowl{{0.2, 0.5, 0.3}};
    bowl.calls_until_interrupt = calls;
    CHECK_FALSE(search_coefficients(search_with(swarm::Optimiser::random, 60), std::ref(bowl), {}));
  }
}

}  // namespace coefficient_search_test
