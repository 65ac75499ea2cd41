// What the algorithm is for: on utilities with a known optimum the swarm finds better mixes than its experts are.

#include <catch2/catch.hpp>

#include "swarm/toy_problem.hpp"

namespace shoal::swarm::convergence_test {
namespace {

using testing::concave_problem;
using testing::Problem;
using testing::run_swarm;

double best_expert(const Problem& problem) {
  double best = -1e9;
  for (const auto& expert : problem.experts) best = std::max(best, testing::evaluate(problem, expert).utility);
  return best;
}

/// Without paired promotion (one example has no standard error) and with enough time.
Settings patient(const std::string& name, int experts) {
  Settings settings = preset(name, experts);
  settings.promotion = Promotion::utility;
  settings.max_iteration = settings.patience = 60;
  return settings;
}

}  // namespace

TEST_CASE("on a concave utility every preset finds a mix better than the best expert, for every seed",
          "[convergence]") {
  const Problem problem = concave_problem({0.4, 0.3, 0.2, 0.1});  // optimum: 1
  REQUIRE(best_expert(problem) == Approx(0.5));
  for (const std::string& name : preset_names()) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      CAPTURE(name, seed);
      CHECK(run_swarm(patient(name, 4), problem, seed).back().state.global_best.utility > 0.75);
    }
  }
}

TEST_CASE("preset robust comes close to an optimum inside and outside the simplex", "[convergence]") {
  for (const Coordinates& target : {Coordinates{0.4, 0.3, 0.2, 0.1}, Coordinates{0.8, 0.5, -0.3, 0.0}}) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      CAPTURE(seed);
      CHECK(run_swarm(patient("robust", 4), concave_problem(target), seed).back().state.global_best.utility > 0.95);
    }
  }
}

TEST_CASE("g never becomes worse and is always a position that was evaluated", "[convergence]") {
  const Problem problem = testing::accuracy_problem(2, 4, 9, 40);
  for (const std::string& name : preset_names()) {
    double last = -1.0;
    for (const Step& step : run_swarm(preset(name, 4), problem, 2)) {
      const Incumbent& g = step.state.global_best;
      REQUIRE(g.utility >= last);
      REQUIRE(testing::evaluate(problem, testing::materialise(problem, g.position)).utility == g.utility);
      last = g.utility;
    }
  }
}

}  // namespace shoal::swarm::convergence_test
