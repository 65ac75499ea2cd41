#include "evaluation/schedule/wave_units.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace wave_units_test {

using namespace shoal::evaluation;

namespace {

/// Items 0 to 99 have long answers, all others short ones.
Joining joining(std::size_t workers, std::size_t rows) {
  return {.workers = workers, .rows = rows, .long_answers = [](const ItemList& block) {
            return std::ranges::any_of(block, [](std::size_t item) { return item < 100; });
          }};
}

ItemList block(std::size_t first, std::size_t count) {
  ItemList items;
  for (std::size_t i = 0; i < count; ++i) items.push_back(first + i);
  return items;
}

/// Every block of every assignment, position by position.
std::vector<WaveTask> all_tasks(const std::vector<Assignment>& assignments) {
  std::vector<WaveTask> tasks;
  for (std::size_t p = 0; p < assignments.size(); ++p) {
    for (std::size_t b = 0; b < assignments[p].blocks.size(); ++b) tasks.push_back({p, b});
  }
  return tasks;
}

std::vector<std::size_t> sizes(const std::vector<Assignment>& assignments, const Joining& joining) {
  std::vector<std::size_t> sizes;
  std::size_t position = 0;
  for (const WorkUnit& unit : coalesce(all_tasks(assignments), assignments, joining)) {
    sizes.push_back(unit.size());
    for (const WaveTask& task : unit) {
      CHECK(task.position >= position);  // nothing overtakes
      position = task.position;
    }
  }
  return sizes;
}

std::vector<Assignment> alike(std::size_t positions, std::vector<ItemList> blocks) {
  return std::vector<Assignment>(positions, {{}, std::move(blocks), {}, {}});
}

using Sizes = std::vector<std::size_t>;

}  // namespace

TEST_CASE("Long answers are joined up to the number of rows") {
  CHECK(sizes(alike(5, {block(0, 10), block(10, 10)}), joining(1, 40)) == Sizes{4, 4, 2});
  CHECK(sizes(alike(3, {block(0, 30)}), joining(1, 40)) == Sizes{1, 1, 1});
}

TEST_CASE("A block that has more rows by itself is a unit") {
  CHECK(sizes(alike(2, {block(0, 50), block(50, 5), block(55, 5)}), joining(1, 40)) == Sizes{1, 2, 1, 2});
}

TEST_CASE("No worker goes without a unit so that another's is larger") {
  CHECK(sizes(alike(10, {block(0, 4)}), joining(2, 64)) == Sizes{5, 5});
  CHECK(sizes(alike(10, {block(0, 4)}), joining(4, 64)) == Sizes{3, 3, 3, 1});
  CHECK(sizes(alike(3, {block(0, 4)}), joining(8, 64)) == Sizes{1, 1, 1});
}

TEST_CASE("Short answers stay alone, and part those on either side of them") {
  CHECK(sizes(alike(3, {block(200, 5)}), joining(1, 64)) == Sizes{1, 1, 1});
  CHECK(sizes(alike(2, {block(0, 5), block(5, 5), block(200, 5)}), joining(1, 64)) == Sizes{2, 1, 2, 1});
}

TEST_CASE("Where positions may be cut short, only blocks of the same importance are joined") {
  auto assignments = alike(4, {block(0, 5), block(5, 5)});
  for (Assignment& assignment : assignments) assignment.enough = [](std::span<const double>) { return false; };
  const std::vector<WaveTask> tasks{{0, 0}, {1, 0}, {2, 0}, {3, 0}, {0, 1}, {1, 1}, {2, 1}, {3, 1}};
  const auto units = coalesce(tasks, assignments, joining(1, 64));
  REQUIRE(units.size() == 2);
  CHECK(units[0].back().block == 0);
  CHECK(units[1].front().block == 1);
}

TEST_CASE("Dense positions of different owners stay apart") {
  auto assignments = alike(4, {block(0, 5)});
  for (std::size_t p = 0; p < 4; ++p) assignments[p].dense = DenseView{static_cast<int>(p / 3), {}};
  CHECK(sizes(assignments, joining(1, 64)) == Sizes{3, 1});
}

TEST_CASE("No tasks, no units") { CHECK(coalesce({}, {}, joining(2, 64)).empty()); }

}  // namespace wave_units_test
