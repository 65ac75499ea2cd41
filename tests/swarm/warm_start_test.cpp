#include "swarm/warm_start.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "support/error_of.hpp"
#include "swarm/same_bits.hpp"
#include "swarm/toy_problem.hpp"

namespace shoal::swarm::warm_start_test {
namespace {

using shoal::testing::error_of;

Particle with_best(double utility, Coordinates position) {
  Particle particle;
  particle.best_utility = utility;
  particle.best_position = std::move(position);
  return particle;
}

std::vector<int> ids(const std::vector<WarmPosition>& positions) {
  std::vector<int> found;
  for (const WarmPosition& position : positions) found.push_back(position.particle);
  return found;
}

const std::vector<WarmPosition> two{{7, {0.25, 0.5, 0.25}}, {3, {1.5, -0.5, 0.0}}};

Settings five_particles() {
  Settings settings = preset("paper", 3);
  settings.particles = 5;
  return settings;
}

}  // namespace

TEST_CASE("personal bests come highest first, ties by id, each position once", "[warm_start]") {
  SwarmState state;
  const double never = -std::numeric_limits<double>::infinity();
  state.particles = {with_best(0.3, {1, 0}), with_best(0.6, {0, 1}), with_best(never, {0.5, 0.5}),
                     with_best(0.6, {0.2, 0.8}), with_best(0.4, {0, 1})};
  CHECK(ids(warm_positions(state)) == std::vector<int>{1, 3, 0});
  CHECK(warm_positions(state).at(1).position == Coordinates{0.2, 0.8});
}

TEST_CASE("dense positions have no coordinates to begin with", "[warm_start]") {
  SwarmState state;
  state.particles = {with_best(0.3, {})};
  CHECK(warm_positions(state).empty());
}

TEST_CASE("the first particles begin at the positions given, the others as ever", "[warm_start]") {
  const Proposal cold = start(five_particles(), 3, 11);
  const Proposal warm = start(five_particles(), 3, 11, two);
  CHECK(warm.particles[0].position == two[0].position);
  CHECK(warm.particles[1].position == two[1].position);
  CHECK(warm.particles[2].position == expert_position(2, 3));
  const auto& draws = std::get<StartDraws>(warm.draws[0]);
  CHECK(draws.warm_start == 7);
  CHECK_FALSE(draws.parents);
  CHECK(draws.partner == std::get<StartDraws>(cold.draws[0]).partner);
  const auto& child = std::get<StartDraws>(warm.draws[4]);
  CHECK_FALSE(child.warm_start);
  CHECK(child.parents == std::get<StartDraws>(cold.draws[4]).parents);
  const auto at = [&](int id) { return warm.particles[static_cast<std::size_t>(id)].position; };
  CHECK(warm.particles[4].position == crossover(at(child.parents->first), at(child.parents->second), *child.t));
}

TEST_CASE("more positions than particles: the best begin", "[warm_start]") {
  Settings settings = preset("moco", 3);
  const std::vector<WarmPosition> four{{1, {1, 0, 0}}, {2, {0, 1, 0}}, {4, {0, 0, 1}}, {5, {1, 1, -1}}};
  const Proposal warm = start(settings, 3, 11, four);
  REQUIRE(warm.particles.size() == 3);
  for (const auto& draws : warm.draws) CHECK(std::get<StartDraws>(draws).warm_start != 5);
}

TEST_CASE("velocities lead to the partner's warm position", "[warm_start]") {
  const Proposal warm = start(five_particles(), 3, 11, two);
  for (std::size_t i = 0; i < warm.particles.size(); ++i) {
    const auto partner = static_cast<std::size_t>(*std::get<StartDraws>(warm.draws[i]).partner);
    CHECK(warm.particles[i].velocity == difference(warm.particles[partner].position, warm.particles[i].position));
  }
}

TEST_CASE("a search that begins where another ended never falls behind it", "[warm_start]") {
  const testing::Problem problem = testing::concave_problem({0.7, 0.5, -0.3, 0.1});
  Settings settings = preset("paper", 4);
  settings.max_iteration = 6;
  const SwarmState first = testing::run_swarm(settings, problem, 3).back().state;
  const Proposal proposal = start(settings, 4, 4, warm_positions(first));
  const Step second = begin(proposal, settings, 4, 4, testing::evaluate(problem, proposal));
  CHECK(second.state.global_best.utility == first.global_best.utility);
  CHECK(testing::next_step(second.state, settings, problem).state.global_best.utility >= first.global_best.utility);
}

TEST_CASE("an invalid utility at a warm position counts as any other, at an expert it ends the run", "[warm_start]") {
  Settings settings = five_particles();
  settings.max_invalid = 1;
  const Proposal warm = start(settings, 3, 11, two);
  std::vector<Evaluation> evaluations(5, Evaluation{0.5, {0.5}});
  evaluations[0].utility = std::numeric_limits<double>::quiet_NaN();
  CHECK(begin(warm, settings, 3, 11, evaluations).state.invalid_evaluations == 1);
  std::swap(evaluations[0], evaluations[2]);
  CHECK_THAT(error_of([&] { begin(warm, settings, 3, 11, evaluations); }), Catch::Matchers::Contains("expert 2"));
}

}  // namespace shoal::swarm::warm_start_test
