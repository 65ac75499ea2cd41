#include "evaluation/asynchronous/pending_evaluations.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "support/error_of.hpp"

namespace pending_evaluations_test {

using namespace shoal::evaluation;
using Catch::Matchers::Contains;
using Names = std::vector<ChunkName>;

namespace {

/// Five items in three blocks, of which the second is the most expensive and the first the cheapest.
Workload small_workload() {
  Workload workload;
  for (const std::size_t tokens : {1U, 1U, 9U, 9U, 4U})
    workload.items.push_back({0, workload.items.size(), std::vector<std::int32_t>(tokens)});
  workload.blocks = {{0, 1}, {2, 3}, {4}};
  return workload;
}

const Workload workload = small_workload();
const shoal::swarm::Coordinates here{0.25, 0.75};

/// What is handed out until no hand is free.
std::vector<PendingEvaluations::Assigned> all_next(PendingEvaluations& under_way) {
  std::vector<PendingEvaluations::Assigned> assigned;
  while (auto next = under_way.next()) assigned.push_back(std::move(*next));
  return assigned;
}

Names names(const std::vector<PendingEvaluations::Assigned>& assigned) {
  Names result;
  for (const auto& a : assigned) result.push_back(a.task.name);
  return result;
}

/// Scores 10 * block + place in it.
ChunkScores scores_of(const ChunkName& name) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < workload.blocks[name.block].size(); ++i)
    scores.push_back(10.0 * static_cast<double>(name.block) + static_cast<double>(i));
  return {name, scores};
}

}  // namespace

TEST_CASE("evaluations go in the order in which they began, of each the most expensive block first") {
  PendingEvaluations under_way(workload, {9});
  under_way.begin(4, 1, here);
  under_way.begin(0, 2, here);
  CHECK(names(all_next(under_way)) == Names{{4, 1, 1}, {4, 1, 2}, {4, 1, 0}, {0, 2, 1}, {0, 2, 2}, {0, 2, 0}});
  CHECK_FALSE(under_way.next());
}

TEST_CASE("the rank with most free hands is next, and nobody gets more than it has hands for") {
  PendingEvaluations under_way(workload, {1, 3});
  under_way.begin(0, 1, here);
  under_way.begin(1, 1, here);
  std::vector<int> ranks;
  const auto assigned = all_next(under_way);
  for (const auto& a : assigned) ranks.push_back(a.rank);
  CHECK(ranks == std::vector{1, 1, 0, 1});
  CHECK(assigned.front().task.position == here);
  under_way.add(0, scores_of(assigned[2].task.name));
  const auto next = under_way.next();
  CHECK((next && next->rank == 0));
  CHECK_FALSE(under_way.next());
}

TEST_CASE("an evaluation is complete with its last block, in whatever order they come") {
  PendingEvaluations under_way(workload, {9});
  under_way.begin(2, 1, here);
  all_next(under_way);
  under_way.add(0, scores_of({2, 1, 2}));
  under_way.add(0, scores_of({2, 1, 0}));
  CHECK_FALSE(under_way.take(1, std::nullopt));
  under_way.add(0, scores_of({2, 1, 1}));
  const auto complete = under_way.take(1, std::nullopt);
  REQUIRE(complete);
  CHECK((complete->particle == 2 && complete->iteration == 1));
  CHECK(complete->scores == std::vector{0.0, 1.0, 10.0, 11.0, 20.0});
  CHECK_FALSE(under_way.take(1, std::nullopt));
}

TEST_CASE("complete evaluations are taken as they came, or as they are asked for, each in its iteration") {
  PendingEvaluations under_way(workload, {100});
  const std::vector<std::pair<int, int>> completed{{3, 1}, {3, 2}, {1, 1}, {2, 1}};
  for (const auto& [particle, iteration] : completed) under_way.begin(particle, iteration, here);
  all_next(under_way);
  for (const auto& [particle, iteration] : completed) {
    for (std::size_t block = 0; block < 3; ++block) under_way.add(0, scores_of({particle, iteration, block}));
  }
  CHECK_FALSE(under_way.take(1, 0));
  CHECK(under_way.take(1, 2)->particle == 2);
  CHECK(under_way.take(1, std::nullopt)->particle == 3);
  CHECK(under_way.take(1, std::nullopt)->particle == 1);
  CHECK_FALSE(under_way.take(1, std::nullopt));
  CHECK(under_way.take(2, std::nullopt)->particle == 3);
}

TEST_CASE("an evaluation has begun until it is taken") {
  PendingEvaluations under_way(workload, {9});
  CHECK_FALSE(under_way.has_begun(0, 1));
  under_way.begin(0, 1, here);
  all_next(under_way);
  CHECK(under_way.has_begun(0, 1));
  CHECK_FALSE(under_way.has_begun(0, 2));
  for (std::size_t block = 0; block < 3; ++block) under_way.add(0, scores_of({0, 1, block}));
  CHECK(under_way.has_begun(0, 1));
  under_way.take(1, 0);
  CHECK_FALSE(under_way.has_begun(0, 1));
}

TEST_CASE("scores that nobody asked for, or too few of them, are errors") {
  using shoal::testing::error_of;
  PendingEvaluations under_way(workload, {9});
  under_way.begin(0, 1, here);
  CHECK_THAT(error_of([&] { under_way.add(0, scores_of({1, 1, 0})); }), Contains("not under way (particle 1"));
  CHECK_THAT(error_of([&] { under_way.add(0, {{0, 1, 0}, {0.5}}); }), Contains("1 scores for a block of 2"));
}

}  // namespace pending_evaluations_test
