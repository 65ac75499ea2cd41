#include "swarm/dense/dense_swarm.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "swarm/dense/dense_ranks.hpp"
#include "swarm/dense/weight_space_swarm.hpp"

namespace shoal::swarm::dense_swarm_test {
namespace {

using testing::DenseRanks;
using testing::Weights;
using testing::WeightSpaceSwarm;

double difference(std::span<const float> dense, const Weights& reference) {
  double largest = 0.0;
  for (std::size_t d = 0; d < reference.size(); ++d) {
    largest = std::max(largest, std::abs(dense[d] - reference[d]) / std::max(1.0, std::abs(reference[d])));
  }
  return largest;
}

/// float32 against float64 over some dozen iterations.
constexpr double tolerance = 1e-5;

void require_same(DenseRanks& dense, const WeightSpaceSwarm& slow) {
  for (std::size_t i = 0; i < slow.particles.size(); ++i) {
    CAPTURE(slow.iteration, i);
    const int id = static_cast<int>(i);
    const Particle& particle = dense.step.state.particles[i];
    REQUIRE(dense.step.record.particles[i].restarted == slow.particles[i].log.back().restarted);
    REQUIRE((particle.utility == slow.particles[i].log.back().utility || std::isnan(particle.utility)));
    REQUIRE(particle.best_utility == slow.particles[i].p_utility);
    REQUIRE(difference(dense.holder(id).position(id), slow.particles[i].x) < tolerance);
    REQUIRE(difference(dense.holder(id).velocity(id), slow.particles[i].v) < tolerance);
    REQUIRE(difference(dense.holder(id).best_position(id), slow.particles[i].p) < tolerance);
  }
  for (const DenseSwarm& swarm : dense.swarms) {
    REQUIRE(difference(swarm.global_best().weights, slow.g.x) < tolerance);
    REQUIRE(difference(swarm.global_worst().weights, slow.g_w.x) < tolerance);
  }
}

int compare(const Settings& settings, int ranks) {
  int restarts = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    const testing::Problem problem = testing::accuracy_problem(seed + 100, 4, 9, 40);
    WeightSpaceSwarm slow(settings, problem, seed);
    DenseRanks dense(settings, problem, seed, ranks);
    require_same(dense, slow);
    while (!slow.stops()) {
      slow.iterate();
      dense.iterate();
      require_same(dense, slow);
      for (const auto& particle : dense.step.record.particles) restarts += particle.restarted ? 1 : 0;
    }
  }
  return restarts;
}

Settings changed(const std::string& name, const std::function<void(Settings&)>& change) {
  Settings settings = preset(name, 4);
  change(settings);
  check(settings, 4);
  return settings;
}

}  // namespace

TEST_CASE("dense positions of every preset follow the weight-space reference", "[dense_swarm]") {
  for (const std::string& name : preset_names()) {
    CAPTURE(name);
    CHECK(compare(preset(name, 4), 1) > 0);
  }
}

TEST_CASE("dense positions with dropout, windows and starting velocities follow the reference", "[dense_swarm]") {
  CHECK(compare(changed("robust",
                        [](Settings& s) {
                          s.drop_k = 0.1;
                          s.drop_n = 0.3;
                          s.worst_window = 2;
                        }),
                3) > 0);
  CHECK(compare(changed("paper", [](Settings& s) { s.starting_velocity_mode = StartingVelocity::best; }), 2) > 0);
  CHECK(compare(changed("quick", [](Settings& s) { s.repel_term = false; }), 2) > 0);
}

TEST_CASE("the bits of dense positions depend neither on the ranks nor on the threads", "[dense_swarm]") {
  const auto rule = GENERATE(VelocityRule::linear, VelocityRule::ties, VelocityRule::dare_ties);
  const Settings settings = changed("robust", [rule](Settings& s) {
    s.particles = 11;
    s.positions = Positions::dense;
    s.velocity = rule;
    s.mutation = {0.1, rule == VelocityRule::linear ? 0.0 : 0.01};
  });
  const testing::Problem problem = testing::accuracy_problem(3, 4, 20000, 5);
  DenseRanks alone(settings, problem, 5, 1);
  DenseRanks several(settings, problem, 5, 4, 3);
  DenseRanks many(settings, problem, 5, 16, 2);
  for (int k = 0; k < 4; ++k) {
    for (DenseRanks* run : {&alone, &several, &many}) run->iterate();
    for (int id = 0; id < settings.particles; ++id) {
      for (DenseRanks* other : {&several, &many}) {
        REQUIRE(std::ranges::equal(alone.holder(id).position(id), other->holder(id).position(id)));
        REQUIRE(std::ranges::equal(alone.holder(id).velocity(id), other->holder(id).velocity(id)));
        REQUIRE(std::ranges::equal(alone.holder(id).best_position(id), other->holder(id).best_position(id)));
      }
    }
  }
}

TEST_CASE("mutation and sparse velocities leave the course of the linear ones", "[dense_swarm]") {
  const testing::Problem problem = testing::accuracy_problem(3, 4, 50, 5);
  const auto after_one_move = [&](const std::function<void(Settings&)>& change) {
    DenseRanks run(changed("robust", change), problem, 5, 1);
    run.iterate();
    const auto x = run.holder(2).position(2);
    return std::vector<float>(x.begin(), x.end());
  };
  const auto linear = after_one_move([](Settings& s) { s.positions = Positions::dense; });
  const auto ties = after_one_move([](Settings& s) {
    s.positions = Positions::dense;
    s.velocity = VelocityRule::ties;
  });
  const auto noisy = after_one_move([](Settings& s) {
    s.positions = Positions::dense;
    s.mutation = {1.0, 0.01};
  });
  CHECK(linear != ties);
  CHECK(linear != noisy);
  CHECK(distance(linear, noisy) < 0.3);
}

TEST_CASE("a particle of another rank cannot be touched", "[dense_swarm]") {
  DenseSwarm swarm({2, 4}, 3);
  CHECK(swarm.position(3).size() == 3);
  CHECK_THROWS(swarm.position(4));
  CHECK_THROWS(swarm.best_position(1));
}

TEST_CASE("every number of a length belongs to exactly one part", "[dense_swarm]") {
  for (const std::size_t length : {0UL, 1UL, 8192UL, 8193UL, 100000UL}) {
    for (const int threads : {1, 3, 40}) {
      std::vector<int> touched(length, 0);
      in_parts(length, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) ++touched[i];
      });
      CHECK(std::ranges::all_of(touched, [](int times) { return times == 1; }));
    }
  }
}

TEST_CASE("norms and distances are Euclidean", "[dense_swarm]") {
  const std::vector<float> a{3.0F, 4.0F}, b{0.0F, 0.0F};
  CHECK(norm(a) == 5.0);
  CHECK(distance(a, b) == 5.0);
}

}  // namespace shoal::swarm::dense_swarm_test
