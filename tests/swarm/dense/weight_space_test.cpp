// Affine coordinates against the slow reference in weight space: the same trajectory to 1e-12, the same decisions.

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "swarm/dense/weight_space_swarm.hpp"

namespace shoal::swarm::weight_space_test {
namespace {

using testing::accuracy_problem;
using testing::materialise;
using testing::Problem;
using testing::Weights;
using testing::WeightSpaceSwarm;

/// How often the interesting things happened, so that a comparison of nothing cannot pass.
struct Seen {
  int iterations = 0;
  int restarts = 0;
  int stale = 0;
  int skipped_iterations = 0;
  int invalid = 0;
  int refused_promotions = 0;
  int equal_utilities = 0;
};

double distance(const Weights& a, const Weights& b) {
  double largest = 0.0;
  for (std::size_t d = 0; d < a.size(); ++d) {
    largest = std::max(largest, std::abs(a[d] - b[d]) / std::max(1.0, std::abs(b[d])));
  }
  return largest;
}

void require_same(double a, double b) {
  if (std::isnan(b)) {
    REQUIRE(std::isnan(a));
  } else {
    REQUIRE(a == b);
  }
}

void require_same(const Incumbent& fast, const WeightSpaceSwarm::Best& slow, const Problem& problem) {
  REQUIRE(fast.particle == static_cast<int>(slow.particle));
  REQUIRE(fast.iteration == slow.iteration);
  REQUIRE(fast.utility == slow.utility);
  REQUIRE(distance(materialise(problem, fast.position), slow.x) <= 1e-12);
}

void require_same(const Step& fast, const WeightSpaceSwarm& slow, const Problem& problem) {
  REQUIRE(fast.state.iteration == slow.iteration);
  REQUIRE(fast.state.step_length == slow.step_length);
  for (std::size_t i = 0; i < slow.particles.size(); ++i) {
    const Particle& particle = fast.state.particles[i];
    const WeightSpaceSwarm::Particle& expected = slow.particles[i];
    CAPTURE(slow.iteration, i);
    REQUIRE(fast.record.particles[i].restarted == expected.log.back().restarted);
    REQUIRE(particle.stale == !expected.log.back().evaluated);
    REQUIRE(distance(materialise(problem, particle.position), expected.x) <= 1e-12);
    REQUIRE(distance(materialise(problem, particle.velocity), expected.v) <= 1e-12);
    REQUIRE(distance(materialise(problem, particle.best_position), expected.p) <= 1e-12);
    require_same(particle.utility, expected.log.back().utility);
    require_same(particle.best_utility, expected.p_utility);
  }
  require_same(fast.state.global_best, slow.g, problem);
  require_same(fast.state.global_worst, slow.g_w, problem);
}

void count(const Step& step, Seen& seen) {
  ++seen.iterations;
  seen.skipped_iterations += step.record.evaluated ? 0 : 1;
  for (const auto& particle : step.record.particles) {
    seen.restarts += particle.restarted ? 1 : 0;
    seen.stale += particle.stale ? 1 : 0;
    seen.invalid += !particle.stale && !std::isfinite(particle.utility) ? 1 : 0;
    seen.equal_utilities +=
        &particle != &step.record.particles[0] && particle.utility == step.record.particles[0].utility ? 1 : 0;
  }
  for (const auto& test : step.record.promotions) seen.refused_promotions += test.promoted ? 0 : 1;
}

Seen compare(const Settings& settings, const std::function<Problem(std::uint64_t)>& problem_of) {
  Seen seen;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Problem problem = problem_of(seed);
    CAPTURE(seed);
    WeightSpaceSwarm slow(settings, problem, seed);
    Step fast = testing::first_step(settings, problem, seed);
    require_same(fast, slow, problem);
    while (!slow.stops()) {
      REQUIRE_FALSE(stop_reason(fast.state, settings));
      slow.iterate();
      fast = testing::next_step(fast.state, settings, problem);
      require_same(fast, slow, problem);
      count(fast, seen);
    }
    REQUIRE(stop_reason(fast.state, settings));
  }
  return seen;
}

Problem plain(std::uint64_t seed) { return accuracy_problem(seed + 100, 4, 9, 40); }

Seen compare(const Settings& settings) { return compare(settings, plain); }

Settings changed(const std::string& name, const std::function<void(Settings&)>& change) {
  Settings settings = preset(name, 4);
  change(settings);
  check(settings, 4);
  return settings;
}

}  // namespace

TEST_CASE("every preset follows the weight-space reference", "[weight_space]") {
  for (const std::string& name : preset_names()) {
    CAPTURE(name);
    const Seen seen = compare(preset(name, 4));
    CHECK(seen.iterations > 40);
    CHECK(seen.restarts > 0);
    CHECK(seen.equal_utilities > 0);
  }
}

TEST_CASE("dropout follows the weight-space reference in every preset", "[weight_space]") {
  for (const std::string& name : preset_names()) {
    CAPTURE(name);
    const Seen seen = compare(changed(name, [](Settings& s) {
      s.drop_k = 0.2;
      s.drop_n = 0.4;
    }));
    CHECK(seen.stale > 0);
    CHECK(seen.skipped_iterations > 0);
    CHECK(seen.restarts > 0);
  }
}

TEST_CASE("counting skipped evaluations follows the weight-space reference", "[weight_space]") {
  const Seen seen = compare(changed("robust", [](Settings& s) {
    s.count_skipped = true;
    s.drop_k = 0.3;
    s.drop_n = 0.3;
  }));
  CHECK(seen.skipped_iterations > 0);
  CHECK(seen.restarts > 0);
}

TEST_CASE("starting velocities follow the weight-space reference", "[weight_space]") {
  for (const auto mode : {StartingVelocity::zero, StartingVelocity::best, StartingVelocity::random}) {
    CHECK(compare(changed("paper", [mode](Settings& s) { s.starting_velocity_mode = mode; })).iterations > 0);
  }
}

TEST_CASE("without randomness and without the repel term the weight-space reference is followed", "[weight_space]") {
  CHECK(compare(changed("paper", [](Settings& s) { s.weight_randomness = false; })).iterations > 0);
  CHECK(compare(changed("paper", [](Settings& s) { s.repel_term = false; })).iterations > 0);
  CHECK(compare(changed("reference", [](Settings& s) { s.weight_randomness = s.repel_term = false; })).iterations > 0);
}

TEST_CASE("restart modes and cool-downs follow the weight-space reference", "[weight_space]") {
  for (const int cool_down : {0, 1, 4}) {
    CHECK(compare(changed("moco", [=](Settings& s) {
            s.restart_cool_down = cool_down;
            s.restart_patience = 2;
            s.max_iteration = 30;
            s.patience = 30;
          })).restarts > 0);
  }
  const Seen sticky = compare(changed("paper", [](Settings& s) { s.restart_mode = RestartMode::sticky; }));
  const Seen one_shot = compare(changed("reference", [](Settings& s) { s.restart_mode = RestartMode::one_shot; }));
  CHECK(sticky.restarts > 0);
  CHECK(one_shot.restarts > 0);
}

TEST_CASE("windows of the worst follow the weight-space reference", "[weight_space]") {
  for (const int window : {1, 2, 7}) {
    CHECK(compare(changed("robust", [=](Settings& s) {
            s.worst_window = window;
            s.drop_k = 0.1;
            s.drop_n = 0.2;
          })).stale > 0);
  }
}

TEST_CASE("paired promotion follows the weight-space reference", "[weight_space]") {
  for (const double z : {0.0, 1.0, 2.0}) {
    const Seen seen = compare(changed("quick", [=](Settings& s) {
      s.promotion = Promotion::paired;
      s.promotion_z = z;
    }));
    CHECK((z == 0.0 || seen.refused_promotions > 0));
  }
}

TEST_CASE("crossovers outside the segment and of children follow the weight-space reference", "[weight_space]") {
  CHECK(compare(changed("quick", [](Settings& s) {
          s.particles = 12;
          s.crossover_children = true;
          s.crossover_range_low = -0.5;
          s.crossover_range_high = 1.5;
        })).iterations > 0);
}

TEST_CASE("utilities that are no numbers follow the weight-space reference in every preset", "[weight_space]") {
  for (const std::string& name : preset_names()) {
    CAPTURE(name);
    const auto broken = [](std::uint64_t seed) {
      Problem problem = plain(seed);
      double highest = -1.0;
      for (const Weights& expert : problem.experts) highest = std::max(highest, expert.front());
      return testing::with_broken_region(problem, highest);
    };
    const Seen seen = compare(changed(name,
                                      [](Settings& s) {
                                        s.max_invalid = 100000;
                                        s.particles = 12;
                                        s.crossover_range_high = 2.0;
                                      }),
                              broken);
    CHECK(seen.invalid > 0);
    CHECK(seen.restarts > 0);
  }
}

}  // namespace shoal::swarm::weight_space_test
