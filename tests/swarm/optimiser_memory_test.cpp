#include "swarm/optimiser_memory.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "swarm/optimiser/cma_es.hpp"
#include "swarm/same_bits.hpp"
#include "swarm/toy_problem.hpp"

namespace shoal::swarm::optimiser_memory_test {
namespace {

using testing::accuracy_problem;
using testing::first_step;
using testing::next_step;
using testing::Problem;

Settings with(Optimiser optimiser) {
  Settings settings = preset("paper", 4);
  settings.optimiser = optimiser;
  settings.max_invalid = 1000;
  return settings;
}

}  // namespace

TEST_CASE("optimisers without a memory keep none", "[optimiser_memory]") {
  const Problem problem = accuracy_problem(5, 4, 9, 40);
  for (const Optimiser optimiser : {Optimiser::swarm, Optimiser::random, Optimiser::quasi_random, Optimiser::de}) {
    const Settings settings = with(optimiser);
    CHECK(next_step(first_step(settings, problem, 3).state, settings, problem).state.memory.empty());
  }
}

TEST_CASE("the surrogate remembers every position with its utility, but those without a finite one",
          "[optimiser_memory]") {
  const Problem problem = testing::with_broken_region(accuracy_problem(5, 4, 9, 40), 0.4);
  const Settings settings = with(Optimiser::surrogate);
  SwarmState state = first_step(settings, accuracy_problem(5, 4, 9, 40), 3).state;
  CHECK(state.memory.size() == 8 * 5);
  CHECK(state.memory[0] == state.particles[0].utility);
  CHECK(state.memory[1] == 1.0);
  std::size_t finite = 8;
  for (int k = 0; k < 5; ++k) {
    state = next_step(state, settings, problem).state;
    for (const Particle& p : state.particles) finite += p.invalid ? 0 : 1;
  }
  REQUIRE(finite < 48);
  CHECK(state.memory.size() == finite * 5);
}

TEST_CASE("CMA-ES is told each iteration once", "[optimiser_memory]") {
  const Problem problem = accuracy_problem(5, 4, 9, 40);
  const Settings settings = with(Optimiser::cma_es);
  const SwarmState zero = first_step(settings, problem, 3).state;
  const SwarmState one = next_step(zero, settings, problem).state;
  CmaEs search(zero.memory, 4);
  const auto positions = search.ask(3, 1, 8);
  std::vector<double> utilities;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    CHECK(one.particles[i].position == positions[i]);
    utilities.push_back(one.particles[i].utility);
  }
  search.tell(positions, utilities);
  CHECK(testing::same_bits(one.memory, search.numbers()));
}

}  // namespace shoal::swarm::optimiser_memory_test
