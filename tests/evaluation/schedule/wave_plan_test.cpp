#include "evaluation/schedule/wave_plan.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace wave_plan_test {

using namespace shoal::evaluation;

namespace {

/// Six items, item i with 10 (i + 1) prompt tokens.
Workload small_workload() {
  Workload workload;
  for (std::size_t i = 0; i < 6; ++i) workload.items.push_back({0, i, std::vector<std::int32_t>(10 * (i + 1))});
  return workload;
}

std::vector<std::pair<std::size_t, std::size_t>> pairs(const std::vector<WaveTask>& tasks) {
  std::vector<std::pair<std::size_t, std::size_t>> result;
  for (const WaveTask& task : tasks) result.emplace_back(task.position, task.block);
  return result;
}

}  // namespace

TEST_CASE("the cost of a block grows with its prompts") { CHECK(cost_of({0, 5}, small_workload()) == 70); }

TEST_CASE("so it does with what is measured behind a prompt, and with a second question") {
  Workload workload = small_workload();
  workload.items[0].continuations = {{1, 2}, {3}};
  workload.items[5].checks = {std::vector<std::int32_t>(70), std::vector<std::int32_t>(71)};
  CHECK(cost_of({0, 5}, workload) == 70 + 3 + 70);
}

TEST_CASE("where positions may be cut, first blocks come before second ones, the most expensive first") {
  const auto never = [](std::span<const double>) { return false; };
  const std::vector<Assignment> assignments{{{}, {{0}, {1}}, {}, never}, {{}, {{5}, {2}, {3}}, {}, never}};
  const auto tasks = pairs(plan_wave(assignments, small_workload(), 2));
  CHECK(tasks == std::vector<std::pair<std::size_t, std::size_t>>{{1, 0}, {0, 0}, {1, 1}, {0, 1}, {1, 2}});
}

TEST_CASE("where everything is needed, the most expensive block of all comes first") {
  const std::vector<Assignment> assignments{{{}, {{0}, {4}}, {}, {}}, {{}, {{3}, {2}, {5}}, {}, {}}};
  const auto tasks = pairs(plan_wave(assignments, small_workload(), 2));
  CHECK(tasks == std::vector<std::pair<std::size_t, std::size_t>>{{1, 2}, {0, 1}, {1, 0}, {1, 1}, {0, 0}});
}

TEST_CASE("positions of different tiles do not mix") {
  const std::vector<Assignment> assignments(3, {{}, {{1}, {0}}, {}, {}});
  const auto tasks = pairs(plan_wave(assignments, small_workload(), 1));
  CHECK(tasks == std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 1}});
}

TEST_CASE("no assignments, no tasks") { CHECK(plan_wave({}, small_workload(), 4).empty()); }

}  // namespace wave_plan_test
