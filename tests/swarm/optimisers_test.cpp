// All optimisers behind the one interface: propose, evaluate, advance.

#include <catch2/catch.hpp>

#include "swarm/same_bits.hpp"
#include "swarm/toy_problem.hpp"

namespace shoal::swarm::optimisers_test {
namespace {

using testing::accuracy_problem;
using testing::concave_problem;
using testing::first_step;
using testing::next_step;
using testing::Problem;
using testing::run_swarm;
using testing::same_bits;

std::vector<Optimiser> all() {
  std::vector<Optimiser> optimisers;
  for (std::size_t i = 0; i < optimiser_names().all().size(); ++i) optimisers.push_back(static_cast<Optimiser>(i));
  return optimisers;
}

Settings with(Optimiser optimiser, int iterations = 12) {
  Settings settings = preset("paper", 4);
  settings.optimiser = optimiser;
  settings.max_iteration = settings.patience = iterations;
  return settings;
}

/// Two blocks of three experts' coefficients, each with a best mix of its own.
Problem two_blocks() {
  Problem problem;
  problem.experts = {{}, {}, {}};
  problem.score = [](const testing::Weights& x) {
    const Coordinates target{0.6, 0.3, 0.1, -0.2, 0.4, 0.8};
    double squares = 0.0;
    for (std::size_t d = 0; d < target.size(); ++d) squares += (x[d] - target[d]) * (x[d] - target[d]);
    return std::vector<double>{1.0 - squares};
  };
  return problem;
}

std::vector<Evaluation> evaluate_coordinates(const Problem& problem, const Proposal& proposal) {
  std::vector<Evaluation> evaluations;
  for (const Particle& p : proposal.particles) evaluations.push_back(testing::evaluate(problem, p.position));
  return evaluations;
}

}  // namespace

TEST_CASE("every optimiser finds a point much better than the start, for every seed", "[optimisers]") {
  const Problem problem = concave_problem({0.7, 0.5, -0.2, 0.0});  // optimum: 1
  for (const Optimiser optimiser : all()) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const auto steps = run_swarm(with(optimiser, 30), problem, seed);
      const double start = 1.0 - steps.front().state.global_best.utility;
      CAPTURE(static_cast<int>(optimiser), seed, start);
      CHECK(1.0 - steps.back().state.global_best.utility < 0.6 * start);
    }
  }
}

TEST_CASE("every optimiser makes the same search again from the same seed, and another from another", "[optimisers]") {
  const Problem problem = accuracy_problem(2, 4, 9, 40);
  for (const Optimiser optimiser : all()) {
    CAPTURE(static_cast<int>(optimiser));
    const auto state = run_swarm(with(optimiser), problem, 5).back().state;
    CHECK(same_bits(run_swarm(with(optimiser), problem, 5).back().state, state));
    CHECK(!same_bits(run_swarm(with(optimiser), problem, 6).back().state.particles, state.particles));
  }
}

TEST_CASE("a proposal depends on the state alone, so that a search resumes to the same bits", "[optimisers]") {
  const Problem problem = accuracy_problem(2, 4, 9, 40);
  for (const Optimiser optimiser : all()) {
    const auto steps = run_swarm(with(optimiser), problem, 5);
    SwarmState state = steps[4].state;
    for (std::size_t k = 5; k < steps.size(); ++k) state = next_step(state, with(optimiser), problem).state;
    CAPTURE(static_cast<int>(optimiser));
    CHECK(same_bits(state, steps.back().state));
  }
}

TEST_CASE("evaluations are counted alike, and a velocity is always the way from the last position", "[optimisers]") {
  const Problem problem = accuracy_problem(2, 4, 9, 40);
  for (const Optimiser optimiser : {Optimiser::random, Optimiser::quasi_random, Optimiser::cma_es, Optimiser::de}) {
    const auto steps = run_swarm(with(optimiser), problem, 5);
    CHECK(steps.back().state.evaluations == 8 * 13);
    for (std::size_t k = 1; k < steps.size(); ++k) {
      CHECK(!steps[k].record.step_length);
      for (std::size_t i = 0; i < 8; ++i) {
        const ParticleRecord& now = steps[k].record.particles[i];
        const ParticleRecord& before = steps[k - 1].record.particles[i];
        REQUIRE(now.velocity == difference(now.position, before.position));
        REQUIRE(!now.restarted);
      }
    }
  }
}

TEST_CASE("every optimiser searches blocks of layers", "[optimisers]") {
  const Problem problem = two_blocks();
  for (const Optimiser optimiser : all()) {
    Settings settings = preset("paper", 3);
    settings.optimiser = optimiser;
    settings.blocks = 2;
    Proposal proposal = start(settings, 3, 9);
    SwarmState state = begin(proposal, settings, 3, 9, evaluate_coordinates(problem, proposal)).state;
    const double first = 1.0 - state.global_best.utility;
    for (int k = 0; k < 60; ++k) {
      proposal = propose(state, settings);
      state =
          advance(state, proposal, settings, evaluate_coordinates(problem, proposal), testing::paired_by_mean).state;
    }
    CAPTURE(static_cast<int>(optimiser), first);
    CHECK(state.global_best.position.size() == 6);
    CHECK(1.0 - state.global_best.utility < 0.7 * first);
  }
}

TEST_CASE("the surrogate with one candidate is the swarm itself", "[optimisers]") {
  const Problem problem = accuracy_problem(2, 4, 9, 40);
  Settings settings = with(Optimiser::surrogate);
  settings.candidates = 1;
  auto screened = run_swarm(settings, problem, 5).back().state;
  const auto plain = run_swarm(with(Optimiser::swarm), problem, 5).back().state;
  CHECK(same_bits(screened.particles, plain.particles));
}

}  // namespace shoal::swarm::optimisers_test
