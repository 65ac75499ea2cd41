#include "swarm/stopping.hpp"

#include <catch2/catch.hpp>
#include <limits>

namespace shoal::swarm {
namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::optional<StopReason> reason_of(const char* name, int patience, std::vector<double> best_history) {
  Settings settings = preset(name, 2);
  settings.patience = patience;
  SwarmState state;
  state.best_history = std::move(best_history);
  return stop_reason(state, settings);
}

Particle particle_with_best(double utility, const Coordinates& position) {
  Particle particle;
  particle.best_utility = utility;
  particle.best_position = position;
  return particle;
}

}  // namespace

TEST_CASE("the search stops at max_iteration", "[stopping]") {
  const Settings settings = preset("quick", 2);
  SwarmState state;
  state.iteration = settings.max_iteration - 1;
  CHECK_FALSE(stop_reason(state, settings));
  state.iteration = settings.max_iteration;
  CHECK(stop_reason(state, settings) == StopReason::max_iteration);
}

TEST_CASE("the search stops after patience iterations without a better g", "[stopping]") {
  CHECK_FALSE(reason_of("paper", 3, {0.5, 0.5, 0.5}));
  CHECK(reason_of("paper", 3, {0.5, 0.5, 0.5, 0.5}) == StopReason::patience);
  CHECK_FALSE(reason_of("paper", 3, {0.5, 0.5, 0.5, 0.6}));
}

TEST_CASE("the published code stops at patience equal entries among more than patience", "[stopping]") {
  CHECK_FALSE(reason_of("reference", 3, {0.5, 0.5, 0.5}));
  CHECK(reason_of("reference", 3, {0.4, 0.5, 0.5, 0.5}) == StopReason::patience);
  CHECK_FALSE(reason_of("reference", 3, {0.3, 0.4, 0.5, 0.5}));
}

TEST_CASE("finalists are g and the best top_k, highest first, ties by id, each position once", "[stopping]") {
  Settings settings = preset("paper", 2);
  settings.top_k = 3;
  SwarmState state;
  state.global_best.position = {0.5, 0.5};
  state.particles = {particle_with_best(0.2, {1.0, 0.0}), particle_with_best(0.7, {0.0, 1.0}),
                     particle_with_best(0.9, {0.5, 0.5}), particle_with_best(0.7, {0.2, 0.8}),
                     particle_with_best(not_a_number, {2.0, -1.0})};
  const std::vector<Extreme> chosen = finalists(state, settings);
  REQUIRE(chosen.size() == 3);
  CHECK(chosen[0].position == state.global_best.position);
  CHECK(chosen[1].particle == 1);
  CHECK(chosen[2].particle == 3);
}

TEST_CASE("the highest finite validation utility is chosen, the first of equals", "[stopping]") {
  CHECK(choose(std::vector{0.1, 0.4, 0.4}) == 1);
  CHECK(choose(std::vector{not_a_number, -2.0, -1.0}) == 2);
  CHECK(choose(std::vector{not_a_number, not_a_number}) == 0);
}

}  // namespace shoal::swarm
