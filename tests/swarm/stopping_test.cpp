#include "swarm/stopping.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "support/error_of.hpp"

namespace shoal::swarm::stopping_test {
namespace {

const double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

std::optional<StopReason> reason_after(const std::vector<double>& best_history, int iteration,
                                       const Settings& settings) {
  SwarmState state;
  state.iteration = iteration;
  state.best_history = best_history;
  return stop_reason(state, settings);
}

Settings patient(const char* name, int patience) {
  Settings settings = preset(name, 4);
  settings.patience = patience;
  settings.max_iteration = 100;
  return settings;
}

Particle with_best(double utility, Coordinates position, int iteration) {
  Particle particle;
  particle.best_utility = utility;
  particle.best_position = std::move(position);
  particle.best_iteration = iteration;
  particle.best = {utility, {utility}};
  return particle;
}

/// g at {0.5, 0.5} is an older best of particle 1.
SwarmState some_state() {
  SwarmState state;
  state.global_best = {1, 3, 0.9, {0.5, 0.5}, {0.9, {0.9}}};
  state.particles = {with_best(0.6, {1, 0}, 0), with_best(0.95, {0.25, 0.75}, 4), with_best(0.8, {0, 1}, 0),
                     with_best(0.8, {2, -1}, 2)};
  return state;
}

std::vector<int> ids_of(const std::vector<Incumbent>& extremes) {
  std::vector<int> ids;
  for (const Incumbent& extreme : extremes) ids.push_back(extreme.particle);
  return ids;
}

}  // namespace

TEST_CASE("a search stops after `patience` iterations in which g did not improve", "[stopping]") {
  const Settings settings = patient("paper", 3);
  CHECK_FALSE(reason_after({0.5}, 0, settings));
  CHECK_FALSE(reason_after({0.5, 0.5, 0.5}, 2, settings));
  CHECK(reason_after({0.5, 0.5, 0.5, 0.5}, 3, settings) == StopReason::patience);
}

TEST_CASE("an improvement begins the patience anew", "[stopping]") {
  const Settings settings = patient("paper", 3);
  CHECK_FALSE(reason_after({0.5, 0.5, 0.5, 0.6, 0.6, 0.6}, 5, settings));
  CHECK(reason_after({0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6}, 6, settings) == StopReason::patience);
}

TEST_CASE("the published code stops when the last `patience` of more entries are equal", "[stopping]") {
  const Settings settings = patient("reference", 3);
  CHECK_FALSE(reason_after({0.5, 0.5, 0.5}, 2, settings));  // not more than patience entries
  CHECK(reason_after({0.5, 0.5, 0.5, 0.5}, 3, settings) == StopReason::patience);
  CHECK_FALSE(reason_after({0.5, 0.5, 0.6, 0.6}, 3, settings));
  CHECK(reason_after({0.5, 0.6, 0.6, 0.6}, 3, settings) == StopReason::patience);
}

TEST_CASE("a search stops after max_iteration iterations", "[stopping]") {
  Settings settings = patient("paper", 50);
  settings.max_iteration = 4;
  CHECK_FALSE(reason_after({0.1, 0.2, 0.3, 0.4}, 3, settings));
  CHECK(reason_after({0.1, 0.2, 0.3, 0.4, 0.5}, 4, settings) == StopReason::max_iteration);
}

TEST_CASE("finalists are g, then the personal bests from the highest utility down, ties by id", "[stopping]") {
  const auto chosen = finalists(some_state(), preset("paper", 2));
  CHECK(ids_of(chosen) == std::vector{1, 1, 2, 3, 0});
  CHECK(chosen[0].position == Coordinates{0.5, 0.5});
  CHECK(chosen[1].position == Coordinates{0.25, 0.75});
  CHECK(chosen[1].iteration == 4);
  CHECK(chosen[1].utility == 0.95);
  CHECK(chosen[1].evaluation.scores == std::vector{0.95});
}

TEST_CASE("finalists are at most top_k personal bests and g", "[stopping]") {
  Settings settings = preset("paper", 2);
  settings.top_k = 2;
  CHECK(ids_of(finalists(some_state(), settings)) == std::vector{1, 1, 2});
}

TEST_CASE("the best personal bests come from the highest utility down, as many as asked for", "[stopping]") {
  const auto ids = [](int count) { return ids_of(best_personal_bests(some_state(), count)); };
  CHECK(ids(0).empty());
  CHECK(ids(2) == std::vector{1, 2});
  CHECK(ids(10) == std::vector{1, 2, 3, 0});
}

TEST_CASE("a position is a finalist once", "[stopping]") {
  SwarmState state = some_state();
  state.particles[1].best_position = state.global_best.position;
  state.particles[3].best_position = state.particles[2].best_position;
  CHECK(ids_of(finalists(state, preset("paper", 2))) == std::vector{1, 2, 0});
}

TEST_CASE("a particle that never had a finite utility is no finalist", "[stopping]") {
  SwarmState state = some_state();
  for (const double never : {-infinity, nan}) {
    state.particles[0].best_utility = never;
    CHECK(ids_of(finalists(state, preset("paper", 2))) == std::vector{1, 1, 2, 3});
  }
}

TEST_CASE("the highest validation utility wins, ties go to the first", "[stopping]") {
  CHECK(choose(std::vector{0.5}) == 0);
  CHECK(choose(std::vector{0.5, 0.7, 0.6}) == 1);
  CHECK(choose(std::vector{0.5, 0.7, 0.7}) == 1);
  CHECK(choose(std::vector{0.7, 0.6, 0.7}) == 0);
}

TEST_CASE("a validation utility that is no finite number never wins over one that is", "[stopping]") {
  CHECK(choose(std::vector{nan, 0.1, 0.2}) == 2);
  CHECK(choose(std::vector{0.1, infinity, nan}) == 0);
  CHECK(choose(std::vector{nan, -2.0, -1.0}) == 2);
  CHECK(choose(std::vector{nan, nan}) == 0);
}

TEST_CASE("choosing from nothing is an internal error", "[stopping]") {
  CHECK(shoal::testing::error_of([] { choose({}); }) == "1: there is no finalist to choose from.");
}

}  // namespace shoal::swarm::stopping_test
