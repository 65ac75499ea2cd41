#include "swarm/draws.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <set>

#include "base/philox.hpp"

namespace shoal::swarm::draws_test {
namespace {

constexpr std::uint64_t seed = 0x123456789abcdef0ULL;

std::uint32_t unsigned_of(int value) { return static_cast<std::uint32_t>(value); }

Settings settings_for(int experts, int particles) {
  Settings settings = preset("paper", experts);
  settings.particles = particles;
  return settings;
}

}  // namespace

TEST_CASE("experts have no parents, crossovers have two different experts and a t", "[draws]") {
  const Settings settings = settings_for(4, 40);
  for (int i = 0; i < 4; ++i) {
    CHECK_FALSE(draw_start(settings, seed, i, 4).parents);
    CHECK_FALSE(draw_start(settings, seed, i, 4).t);
  }
  std::set<std::pair<int, int>> pairs;
  for (int i = 4; i < 40; ++i) {
    const StartDraws draws = draw_start(settings, seed, i, 4);
    REQUIRE(draws.parents);
    CHECK(draws.parents->first != draws.parents->second);
    CHECK(std::min(draws.parents->first, draws.parents->second) >= 0);
    CHECK(std::max(draws.parents->first, draws.parents->second) < 4);
    pairs.insert(*draws.parents);
  }
  CHECK(pairs.size() > 8);  // of 12
}

TEST_CASE("crossover draws stand at iteration 0, the particle, purpose 0, indices 0 to 2", "[draws]") {
  const Settings settings = settings_for(5, 30);
  for (std::uint32_t i = 5; i < 30; ++i) {
    const StartDraws draws = draw_start(settings, seed, static_cast<int>(i), 5);
    const std::uint32_t a = below(seed, {0, i, Purpose::crossover, 0}, 5);
    const std::uint32_t b = below(seed, {0, i, Purpose::crossover, 1}, 4);
    CHECK(draws.parents->first == static_cast<int>(a));
    CHECK(draws.parents->second == static_cast<int>(b >= a ? b + 1 : b));
    CHECK(*draws.t == uniform(seed, {0, i, Purpose::crossover, 2}));
  }
}

TEST_CASE("t covers the crossover range", "[draws]") {
  Settings settings = settings_for(2, 400);
  settings.crossover_range_low = -1.0;
  settings.crossover_range_high = 3.0;
  double lowest = 3.0;
  double highest = -1.0;
  for (int i = 2; i < 400; ++i) {
    lowest = std::min(lowest, *draw_start(settings, seed, i, 2).t);
    highest = std::max(highest, *draw_start(settings, seed, i, 2).t);
  }
  CHECK(lowest >= -1.0);
  CHECK(lowest < -0.9);
  CHECK(highest > 2.9);
  CHECK(highest < 3.0);
}

TEST_CASE("t of the published code is exactly twice the draw", "[draws]") {
  const Settings settings = preset("reference", 4);
  for (std::uint32_t i = 4; i < 8; ++i) {
    CHECK(*draw_start(settings, seed, static_cast<int>(i), 4).t == 2.0 * uniform(seed, {0, i, Purpose::crossover, 2}));
  }
}

TEST_CASE("with crossover_children parents are drawn below the particle's own id", "[draws]") {
  Settings settings = settings_for(2, 100);
  settings.crossover_children = true;
  bool child_of_child = false;
  for (int i = 2; i < 100; ++i) {
    const auto parents = *draw_start(settings, seed, i, 2).parents;
    CHECK(parents.first == static_cast<int>(below(seed, {0, unsigned_of(i), Purpose::crossover, 0}, unsigned_of(i))));
    CHECK(parents.first != parents.second);
    CHECK(std::max(parents.first, parents.second) < i);
    child_of_child = child_of_child || std::min(parents.first, parents.second) >= 2;
  }
  CHECK(child_of_child);
}

TEST_CASE("a partner is any particle but the particle itself", "[draws]") {
  const Settings settings = settings_for(3, 3);
  for (int i = 0; i < 3; ++i) {
    std::set<int> partners;
    for (std::uint64_t s = 0; s < 50; ++s) partners.insert(*draw_start(settings, s, i, 3).partner);
    CHECK(partners.size() == 2);
    CHECK(partners.count(i) == 0);
  }
}

TEST_CASE("the partner draw stands at purpose 1, index 0", "[draws]") {
  const Settings settings = settings_for(4, 8);
  for (std::uint32_t i = 0; i < 8; ++i) {
    const std::uint32_t j = below(seed, {0, i, Purpose::partner, 0}, 7);
    CHECK(*draw_start(settings, seed, static_cast<int>(i), 4).partner == static_cast<int>(j >= i ? j + 1 : j));
  }
}

TEST_CASE("no partner is drawn unless the starting velocity is random", "[draws]") {
  Settings settings = settings_for(4, 8);
  settings.starting_velocity_mode = StartingVelocity::zero;
  CHECK_FALSE(draw_start(settings, seed, 5, 4).partner);
  settings.starting_velocity_mode = StartingVelocity::best;
  CHECK_FALSE(draw_start(settings, seed, 5, 4).partner);
  CHECK(draw_start(settings, seed, 5, 4).parents);
}

TEST_CASE("update draws stand at the iteration, the particle, purpose 2, indices 0 to 3", "[draws]") {
  const UpdateDraws draws = draw_update(preset("paper", 4), seed, 9, 6);
  CHECK(draws.inertia == uniform(seed, {9, 6, Purpose::update, 0}));
  CHECK(draws.cognitive == uniform(seed, {9, 6, Purpose::update, 1}));
  CHECK(draws.social == uniform(seed, {9, 6, Purpose::update, 2}));
  CHECK(draws.repel == uniform(seed, {9, 6, Purpose::update, 3}));
}

TEST_CASE("blocks of layers draw at indices 4 b to 4 b + 3", "[draws]") {
  Settings settings = preset("paper", 4);
  settings.blocks = 3;
  const std::vector<UpdateDraws> draws = draw_updates(settings, seed, 9, 6);
  REQUIRE(draws.size() == 3);
  CHECK(draws[0].inertia == draw_update(settings, seed, 9, 6).inertia);
  CHECK(draws[1].social == uniform(seed, {9, 6, Purpose::update, 6}));
  CHECK(draws[2].repel == uniform(seed, {9, 6, Purpose::update, 11}));
}

TEST_CASE("without the repel term its draw is empty and the others are the same", "[draws]") {
  Settings settings = preset("paper", 4);
  const UpdateDraws with = draw_update(settings, seed, 2, 3);
  settings.repel_term = false;
  const UpdateDraws without = draw_update(settings, seed, 2, 3);
  CHECK_FALSE(without.repel);
  CHECK(without.inertia == with.inertia);
  CHECK(without.social == with.social);
}

TEST_CASE("without weight_randomness every draw is empty", "[draws]") {
  Settings settings = preset("paper", 4);
  settings.weight_randomness = false;
  const UpdateDraws draws = draw_update(settings, seed, 2, 3);
  CHECK_FALSE((draws.inertia || draws.cognitive || draws.social || draws.repel));
}

TEST_CASE("dropout draws stand at purpose 3, of the particle or of the whole iteration", "[draws]") {
  Settings settings = preset("paper", 4);
  settings.drop_k = 0.3;
  settings.drop_n = 0.6;
  for (int k = 1; k < 200; ++k) {
    const auto iteration = unsigned_of(k);
    REQUIRE(drop_iteration(settings, seed, k) == (uniform(seed, {iteration, 0xffffffffU, Purpose::dropout, 0}) < 0.3));
    REQUIRE(drop_particle(settings, seed, k, 2) == (uniform(seed, {iteration, 2, Purpose::dropout, 0}) < 0.6));
  }
}

TEST_CASE("dropout happens as often as it should", "[draws]") {
  Settings settings = preset("paper", 4);
  settings.drop_k = 0.2;
  settings.drop_n = 0.7;
  int whole = 0;
  int single = 0;
  for (int k = 1; k <= 2000; ++k) {
    whole += drop_iteration(settings, seed, k) ? 1 : 0;
    single += drop_particle(settings, seed, k, 0) ? 1 : 0;
  }
  CHECK(std::abs(whole - 400) < 80);  // more than 4 standard deviations
  CHECK(std::abs(single - 1400) < 85);
}

TEST_CASE("without dropout nothing is dropped", "[draws]") {
  const Settings settings = preset("paper", 4);
  for (int k = 1; k < 1000; ++k) {
    REQUIRE_FALSE(drop_iteration(settings, seed, k));
    REQUIRE_FALSE(drop_particle(settings, seed, k, 0));
  }
}

TEST_CASE("the validation split keeps out the examples with the smallest draws, rounded down", "[draws]") {
  for (const std::size_t examples : {std::size_t{1}, std::size_t{3}, std::size_t{10}, std::size_t{203}}) {
    const ValidationSplit split = split_validation(seed, 2, examples, 0.25);
    CHECK(split.validation.size() == examples / 4);
    CHECK(split.validation.size() + split.search.size() == examples);
    double largest_kept_out = -1.0;
    double smallest_kept = 2.0;
    for (const std::size_t e : split.validation) {
      largest_kept_out =
          std::max(largest_kept_out, uniform(seed, {0, 2, Purpose::validation_split, static_cast<std::uint32_t>(e)}));
    }
    for (const std::size_t e : split.search) {
      smallest_kept =
          std::min(smallest_kept, uniform(seed, {0, 2, Purpose::validation_split, static_cast<std::uint32_t>(e)}));
    }
    CHECK(largest_kept_out < smallest_kept);
  }
}

TEST_CASE("both parts of a validation split are ascending and share no example", "[draws]") {
  const ValidationSplit split = split_validation(seed, 0, 100, 0.4);
  CHECK(std::is_sorted(split.validation.begin(), split.validation.end()));
  CHECK(std::is_sorted(split.search.begin(), split.search.end()));
  std::set<std::size_t> all(split.validation.begin(), split.validation.end());
  all.insert(split.search.begin(), split.search.end());
  CHECK(all.size() == 100);
}

TEST_CASE("a fraction of zero and a task without examples keep nothing out", "[draws]") {
  CHECK(split_validation(seed, 0, 50, 0.0).validation.empty());
  CHECK(split_validation(seed, 0, 50, 0.0).search.size() == 50);
  CHECK(split_validation(seed, 0, 0, 0.25).search.empty());
}

TEST_CASE("tasks and seeds have validation splits of their own", "[draws]") {
  const auto first = split_validation(seed, 0, 100, 0.25).validation;
  CHECK(first == split_validation(seed, 0, 100, 0.25).validation);
  CHECK(first != split_validation(seed, 1, 100, 0.25).validation);
  CHECK(first != split_validation(seed + 1, 0, 100, 0.25).validation);
}

}  // namespace shoal::swarm::draws_test
