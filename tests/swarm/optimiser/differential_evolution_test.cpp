#include "swarm/optimiser/differential_evolution.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace shoal::swarm::differential_evolution_test {
namespace {

/// Personal bests at the corners of the simplex, as many as there are experts.
SwarmState corners(int experts, int blocks = 1) {
  SwarmState state;
  state.seed = 4;
  state.experts = experts;
  for (int k = 0; k < experts; ++k) {
    state.particles.emplace_back();
    state.particles.back().best_position = expert_position(k, experts, blocks);
  }
  return state;
}

}  // namespace

TEST_CASE("trials sum to 1 in every block and differ from their particle's best", "[differential_evolution]") {
  const SwarmState state = corners(5, 2);
  for (int particle = 0; particle < 5; ++particle) {
    for (int iteration = 1; iteration < 20; ++iteration) {
      const Coordinates trial = trial_position(state, iteration, particle);
      REQUIRE(trial.size() == 10);
      for (const std::size_t begin : {0U, 5U}) {
        double sum = 0.0;
        for (std::size_t k = begin; k < begin + 5; ++k) sum += trial[k];
        REQUIRE(sum == Approx(1.0));
      }
      REQUIRE(trial != state.particles[static_cast<std::size_t>(particle)].best_position);
    }
  }
}

TEST_CASE("with four particles the three others are the partners, and the donor shows in the trial",
          "[differential_evolution]") {
  const SwarmState state = corners(4);
  std::set<std::size_t> bases;
  for (int iteration = 1; iteration < 40; ++iteration) {
    const Coordinates trial = trial_position(state, iteration, 0);
    // Where all coefficients crossed, 1 belongs to a, 0.7 to b and -0.7 to c, and the sum is 1 without a correction.
    for (std::size_t k = 0; k < 4; ++k) {
      if (trial[0] == 0.0 && trial[k] == 1.0) bases.insert(k);
    }
  }
  CHECK(bases == std::set<std::size_t>{1, 2, 3});
}

TEST_CASE("trials depend on seed, iteration and particle", "[differential_evolution]") {
  SwarmState state = corners(6);
  const Coordinates trial = trial_position(state, 3, 2);
  CHECK(trial_position(state, 3, 2) == trial);
  CHECK(trial_position(state, 4, 2) != trial);
  state.seed = 5;
  CHECK(trial_position(state, 3, 2) != trial);
}

}  // namespace shoal::swarm::differential_evolution_test
