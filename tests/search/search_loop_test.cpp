#include "search/search_loop.hpp"

#include <catch2/catch.hpp>

namespace search_loop_test {

using namespace shoal;
using search::reason_to_stop;

namespace {

config::RunConfig example_config() {
  config::RunConfig config;
  config.swarm.max_iteration = 10;
  config.swarm.patience = 3;
  return config;
}

/// A search that has come so far, with the utility of g after each iteration.
swarm::SwarmState after(std::vector<double> bests) {
  swarm::SwarmState state;
  state.iteration = static_cast<int>(bests.size()) - 1;
  state.global_best.utility = bests.back();
  state.best_history = std::move(bests);
  return state;
}

}  // namespace

TEST_CASE("a search that gets on has no reason to stop") {
  CHECK_FALSE(reason_to_stop(after({0.1, 0.2, 0.3, 0.4, 0.5}), example_config()));
}

TEST_CASE("a search stops after its last iteration, without progress, and at its target") {
  config::RunConfig config = example_config();
  CHECK(reason_to_stop(after({0.1, 0.2, 0.2, 0.2, 0.2}), config) == "patience");
  config.swarm.max_iteration = 2;
  CHECK(reason_to_stop(after({0.1, 0.2, 0.3}), config) == "max_iteration");
  config = example_config();
  config.stop.target = 0.3;
  CHECK_FALSE(reason_to_stop(after({0.1, 0.29}), config));
  CHECK(reason_to_stop(after({0.1, 0.3}), config) == "target");
}

}  // namespace search_loop_test
