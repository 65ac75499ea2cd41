#include "swarm/proposal.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "swarm/same_bits.hpp"
#include "swarm/toy_problem.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm::proposal_test {
namespace {

using testing::accuracy_problem;
using testing::first_step;
using testing::same_bits;

double sum(const Coordinates& a) { return std::accumulate(a.begin(), a.end(), 0.0); }

const StartDraws& start_draws(const Proposal& proposal, std::size_t i) {
  return std::get<StartDraws>(proposal.draws[i]);
}

SwarmState begun(const Settings& settings) { return first_step(settings, accuracy_problem(1, 4, 9, 40), 3).state; }

}  // namespace

TEST_CASE("the first particles are the experts themselves", "[proposal]") {
  const Proposal proposal = start(preset("paper", 3), 3, 1);
  REQUIRE(proposal.particles.size() == 6);
  for (int k = 0; k < 3; ++k) {
    CHECK(proposal.particles[static_cast<std::size_t>(k)].position == expert_position(k, 3));
  }
}

TEST_CASE("further particles are crossovers of their parents", "[proposal]") {
  Settings settings = preset("reference", 3);
  settings.particles = 20;
  const Proposal proposal = start(settings, 3, 1);
  for (std::size_t i = 3; i < 20; ++i) {
    const auto [a, b] = *start_draws(proposal, i).parents;
    const auto& parents = proposal.particles;
    const Coordinates expected = crossover(parents[static_cast<std::size_t>(a)].position,
                                           parents[static_cast<std::size_t>(b)].position, *start_draws(proposal, i).t);
    CHECK(proposal.particles[i].position == expected);
  }
}

TEST_CASE("a random starting velocity leads to the partner", "[proposal]") {
  const Proposal proposal = start(preset("paper", 3), 3, 1);
  for (std::size_t i = 0; i < 6; ++i) {
    const auto partner = static_cast<std::size_t>(*start_draws(proposal, i).partner);
    CHECK(proposal.particles[i].velocity ==
          difference(proposal.particles[partner].position, proposal.particles[i].position));
  }
}

TEST_CASE("starting velocities zero and best are zero before the first evaluation", "[proposal]") {
  Settings settings = preset("paper", 3);
  for (const auto mode : {StartingVelocity::zero, StartingVelocity::best}) {
    settings.starting_velocity_mode = mode;
    for (const Particle& particle : start(settings, 3, 1).particles) CHECK(particle.velocity == Coordinates(3, 0.0));
  }
}

TEST_CASE("iteration 0 has no step, restarts nobody and evaluates everybody, whatever the dropout", "[proposal]") {
  Settings settings = preset("paper", 3);
  settings.drop_k = settings.drop_n = 0.99;
  const Proposal proposal = start(settings, 3, 1);
  CHECK(proposal.iteration == 0);
  CHECK_FALSE(proposal.step_length);
  CHECK(proposal.restarted == std::vector<bool>(6, false));
  CHECK(proposal.to_evaluate() == std::vector{0, 1, 2, 3, 4, 5});
}

TEST_CASE("proposing twice gives the same bits and leaves the state alone", "[proposal]") {
  for (const std::string& name : preset_names()) {
    const Settings settings = preset(name, 4);
    const SwarmState state = begun(settings);
    const SwarmState before = state;
    const Proposal first = propose(state, settings);
    CHECK(same_bits(first, propose(state, settings)));
    CHECK(same_bits(state, before));
    CHECK(same_bits(start(settings, 4, 5), start(settings, 4, 5)));
  }
}

TEST_CASE("a particle's move does not depend on how many particles there are", "[proposal]") {
  // Same g, g_w and personal best: the draws of particle 2 are its own.
  Settings settings = preset("paper", 4);
  SwarmState state = begun(settings);
  const Particle moved = propose(state, settings).particles[2];
  state.particles.resize(3);
  CHECK(same_bits(propose(state, settings).particles[2], moved));
}

TEST_CASE("other seeds give other positions and other moves", "[proposal]") {
  const Settings settings = preset("paper", 4);
  CHECK_FALSE(same_bits(start(settings, 4, 5), start(settings, 4, 6)));
  SwarmState state = begun(settings);
  const Proposal first = propose(state, settings);
  state.seed += 1ULL << 40;  // the high half counts too
  CHECK_FALSE(same_bits(first, propose(state, settings)));
}

TEST_CASE("a proposal is the next iteration with the step of the state", "[proposal]") {
  const Settings settings = preset("quick", 4);
  SwarmState state = begun(settings);
  state.step_length = 0.25;
  const Proposal proposal = propose(state, settings);
  CHECK(proposal.iteration == 1);
  CHECK(proposal.step_length == 0.25);
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(proposal.particles[i].position[k] ==
            state.particles[i].position[k] + 0.25 * proposal.particles[i].velocity[k]);
    }
  }
}

TEST_CASE("a particle that is due restarts before it moves and is marked", "[proposal]") {
  Settings settings = preset("paper", 4);
  SwarmState state = begun(settings);
  state.particles[1].position = {3.0, -2.0, 0.0, 0.0};
  state.particles[1].age = settings.restart_patience;
  const Proposal proposal = propose(state, settings);
  CHECK(proposal.restarted == std::vector<bool>{false, true, false, false, false, false, false, false});
  Particle expected = state.particles[1];
  expected.position = expected.best_position;
  expected.velocity.assign(4, 0.0);
  move(expected, state.global_best.position, state.global_worst.position, state.step_length,
       std::array{update_weights(settings, draw_update(settings, state.seed, 1, 1))});
  CHECK(same_bits(proposal.particles[1].position, expected.position));
  CHECK(same_bits(proposal.particles[1].velocity, expected.velocity));
}

TEST_CASE("skipped particles move and are not evaluated", "[proposal]") {
  Settings settings = preset("paper", 4);
  SwarmState state = begun(settings);
  const Proposal all = propose(state, settings);
  settings.drop_n = 0.5;
  const Proposal some = propose(state, settings);
  CHECK(same_bits(some.particles, all.particles));
  CHECK(some.to_evaluate().size() < all.to_evaluate().size());
  for (const int id : some.to_evaluate()) CHECK_FALSE(drop_particle(settings, state.seed, 1, id));
}

TEST_CASE("a dropped iteration evaluates nobody", "[proposal]") {
  Settings settings = preset("paper", 4);
  settings.drop_k = 0.5;
  SwarmState state = begun(settings);
  int dropped = 0;
  for (state.iteration = 0; state.iteration < 40; ++state.iteration) {
    const bool nobody = propose(state, settings).to_evaluate().empty();
    CHECK(nobody == drop_iteration(settings, state.seed, state.iteration + 1));
    dropped += nobody ? 1 : 0;
  }
  CHECK(dropped > 5);
  CHECK(dropped < 35);
}

TEST_CASE("positions sum to 1 and velocities to 0 all along, in every preset", "[proposal]") {
  for (const std::string& name : preset_names()) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const Settings settings = preset(name, 5);
      for (const Step& step : testing::run_swarm(settings, accuracy_problem(seed, 5, 9, 40), seed)) {
        for (const Particle& particle : step.state.particles) {
          REQUIRE(sum(particle.position) == Approx(1.0).margin(1e-12));
          REQUIRE(std::abs(sum(particle.velocity)) <= 1e-12);
          REQUIRE(sum(particle.best_position) == Approx(1.0).margin(1e-12));
        }
      }
    }
  }
}

}  // namespace shoal::swarm::proposal_test
