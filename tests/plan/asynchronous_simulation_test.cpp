#include "plan/asynchronous_simulation.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "plan/schedule.hpp"
#include "support/error_of.hpp"

namespace asynchronous_simulation_test {

using namespace shoal::evaluation;
using namespace shoal::plan;

namespace {

/// One block per entry, the first one the most expensive.
Workload blocks_of(std::size_t count) {
  Workload workload;
  for (std::size_t i = 0; i < count; ++i) {
    workload.items.push_back({0, i, std::vector<std::int32_t>(10 * (count - i))});
    workload.blocks.push_back({i});
  }
  return workload;
}

}  // namespace

TEST_CASE("alone all work is done one after the other") {
  CHECK(asynchronous_seconds({3, 4, 1, 1}, blocks_of(2), std::array{2.0, 1.0}) == 3 * 4 * 3.0);
}

TEST_CASE("one iteration is a wave") {
  const std::array seconds{4.0, 1.0};
  const std::array wave{4.0, 1.0, 4.0, 1.0, 4.0, 1.0};
  CHECK(asynchronous_seconds({3, 1, 2, 1}, blocks_of(2), seconds) == makespan(wave, 2));
}

TEST_CASE("nobody waits while a particle may go on, so workers stay busy over the ends of iterations") {
  // Six units of work per iteration on four workers: two waves each, were the iterations kept apart.
  CHECK(asynchronous_seconds({6, 2, 4, 1}, blocks_of(1), std::array{1.0}) == 3.0);
  CHECK(asynchronous_seconds({6, 2, 2, 2}, blocks_of(1), std::array{1.0}) == 3.0);
  CHECK(asynchronous_seconds({6, 20, 4, 1}, blocks_of(1), std::array{1.0}) == 30.0);
}

TEST_CASE("a particle's evaluations follow each other, however many workers there are") {
  CHECK(asynchronous_seconds({3, 5, 64, 1}, blocks_of(2), std::array{2.0, 1.0}) == 10.0);
}

TEST_CASE("without workers, particles or times there is nothing to simulate") {
  const auto refused = [](SimulatedSearch search, std::size_t blocks) {
    return shoal::testing::error_of([&] { asynchronous_seconds(search, blocks_of(blocks), std::array{1.0}); });
  };
  CHECK(refused({1, 1, 0, 1}, 1).starts_with("1: "));
  CHECK(refused({0, 1, 1, 1}, 1).starts_with("1: "));
  CHECK(refused({1, 1, 1, 1}, 2).starts_with("1: "));
}

}  // namespace asynchronous_simulation_test
