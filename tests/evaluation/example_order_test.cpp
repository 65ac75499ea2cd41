#include "evaluation/example_order.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <numeric>

namespace example_order_test {

using namespace shoal;
using namespace shoal::evaluation;

namespace {

const double unknown = std::numeric_limits<double>::quiet_NaN();

ItemList joined(const std::vector<ItemList>& blocks) {
  ItemList items;
  for (const ItemList& block : blocks) items.insert(items.end(), block.begin(), block.end());
  return items;
}

task::Utility mean_of(std::size_t items) { return {task::Combine::mean, {items}, {1.0}}; }

/// Items of one task in the order of their numbers.
ItemKinds one_task(std::size_t items) {
  ItemKinds kinds{std::vector<std::size_t>(items, 0), std::vector<std::size_t>(items)};
  std::iota(kinds.place.begin(), kinds.place.end(), std::size_t{0});
  return kinds;
}

swarm::SwarmState state_with_bests(const std::vector<std::vector<double>>& scores) {
  swarm::SwarmState state;
  for (const auto& each : scores) state.particles.emplace_back().best.scores = each;
  return state;
}

}  // namespace

TEST_CASE("an evaluation is out of reach when it can neither beat the personal best nor undercut the worst") {
  const DecisionBounds stakes{0.6, 0.2};
  CHECK(stakes.out_of_reach({0.2, 0.6}));
  CHECK_FALSE(stakes.out_of_reach({0.2, 0.61}));
  CHECK_FALSE(stakes.out_of_reach({0.19, 0.6}));
}

TEST_CASE("a particle is expected to score half as its own best and half as all") {
  const auto state = state_with_bests({{1, 0, 1}, {0, 0, 1}});
  CHECK(expected_scores(state, 0) == std::vector<double>{0.75, 0.0, 1.0});
  CHECK(expected_scores(state, 1) == std::vector<double>{0.25, 0.0, 1.0});
}

TEST_CASE("particles that never had a finite utility do not count, and expect nothing") {
  const auto state = state_with_bests({{1, 0}, {}});
  CHECK(expected_scores(state, 0) == std::vector<double>{1.0, 0.0});
  CHECK(expected_scores(state, 1).empty());
}

TEST_CASE("the hardest until the personal best is out of reach and the easiest until the worst is come first") {
  const std::vector<double> expected{0.9, 0.1, 1.0, 0.0, 0.5, 0.8, 0.2, 0.6, 0.3, 0.7};
  // At most 0.8 needs two wrong, at least 0.2 two right. Expected: 3 and 1 and 6 for two wrong; 2 and 0 for two right.
  const auto blocks = blocks_by_importance(expected, one_task(10), mean_of(10), {0.8, 0.2}, 5);
  CHECK(blocks.front() == ItemList{0, 1, 2, 3, 6});
  CHECK(blocks[1] == ItemList{8});  // the rest by hardness
  CHECK(std::ranges::is_permutation(joined(blocks), ItemList{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_CASE("of the items that are all needed those with like prompts stay together") {
  const std::vector<double> expected{0.0, 1.0, 0.0, 1.0, 0.5, 0.5};
  ItemKinds kinds = one_task(6);
  kinds.place = {5, 0, 4, 1, 3, 2};
  const auto blocks = blocks_by_importance(expected, kinds, mean_of(6), {4.0 / 6.0, 2.0 / 6.0}, 2);
  CHECK(blocks[0] == ItemList{1, 3});
  CHECK(blocks[1] == ItemList{2, 0});
}

TEST_CASE("where nothing can be saved the blocks are the workload's own") {
  Workload workload;
  for (std::size_t i = 0; i < 6; ++i) workload.items.push_back({i / 3, i, {1}});
  workload.blocks = {{2, 0}, {1}, {5, 4}, {3}};
  const ItemKinds kinds = kinds_of(workload);
  CHECK(kinds.task_of == std::vector<std::size_t>{0, 0, 0, 1, 1, 1});
  CHECK(kinds.place == std::vector<std::size_t>{1, 2, 0, 5, 4, 3});
  const std::vector<double> expected(6, 0.5);
  CHECK(joined(blocks_by_importance(expected, kinds, mean_of(6), {0.0, 0.0}, 2)) == joined(workload.blocks));
}

TEST_CASE("blocks keep to their size, and are smaller behind the expected end") {
  std::vector<double> expected(60);
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = i % 2 == 0 ? 1.0 : 0.0;
  const auto blocks = blocks_by_importance(expected, one_task(60), mean_of(60), {0.75, 0.25}, 12);
  CHECK(blocks[0].size() == 10);  // 15 wrong and 15 right make the expected end at 30: three equal blocks
  CHECK(blocks[2].size() == 10);
  CHECK(blocks[3].size() <= 4);
  CHECK(joined(blocks).size() == 60);
}

TEST_CASE("of several tasks the one whose answers weigh more comes first") {
  // The harmonic mean hangs on the weaker task: its wrong answers pull the bound down sooner.
  const std::vector<double> expected{0.9, 0.8, 0.9, 0.8, 0.1, 0.0, 0.2, 0.0};
  ItemKinds kinds = one_task(8);
  kinds.task_of = {0, 0, 0, 0, 1, 1, 1, 1};
  const task::Utility utility(task::Combine::harmonic_mean, {4, 4}, {1.0, 1.0});
  const ItemList items = joined(blocks_by_importance(expected, kinds, utility, {0.3, 0.0}, 2));
  for (std::size_t i = 0; i < 3; ++i) CHECK(kinds.task_of[items[i]] == 1);
}

TEST_CASE("what is unknown goes on with the easiest") {
  const std::vector<double> expected{0.2, 0.9, 0.5, 0.7};
  const std::vector<double> scores{unknown, 1.0, unknown, unknown};
  CHECK(joined(easiest_unknown(expected, scores, 25)) == ItemList{3, 2, 0});
  CHECK(easiest_unknown(expected, std::vector<double>{1, 1, 0, 1}, 25).empty());
}

}  // namespace example_order_test
