#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "comm/mpi_communicator.hpp"
#include "comm/one_sided/work_counter.hpp"

namespace work_counter_mpi_test {

using namespace shoal;

namespace {

using Numbers = std::vector<std::int64_t>;

/// Takes numbers until none is left, resting `pause` after each as a rank with busy threads does.
Numbers take_all(comm::WorkCounter& counter, std::chrono::microseconds pause) {
  Numbers taken;
  while (const auto number = counter.next()) {
    taken.push_back(*number);
    const auto until = std::chrono::steady_clock::now() + pause;
    while (std::chrono::steady_clock::now() < until) {
      counter.progress();
      std::this_thread::yield();
    }
  }
  return taken;
}

/// The numbers of all ranks together, sorted.
Numbers gathered(const comm::Communicator& world, const Numbers& mine) {
  std::ostringstream text;
  for (const std::int64_t number : mine) text << number << ' ';
  Numbers all;
  for (const std::string& part : world.all_gather(text.str())) {
    std::istringstream stream(part);
    for (std::int64_t number = 0; stream >> number;) all.push_back(number);
  }
  std::ranges::sort(all);
  return all;
}

Numbers first_numbers(std::int64_t count) {
  Numbers numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

TEST_CASE("the counter hands out each number exactly once over all ranks, ascending on each") {
  const auto world = comm::make_world();
  const auto counter = comm::make_work_counter(*world, 500);
  const Numbers mine = take_all(*counter, std::chrono::microseconds(0));
  CHECK(std::ranges::is_sorted(mine));
  CHECK(gathered(*world, mine) == first_numbers(500));
}

TEST_CASE("numbers are complete when ranks are busy for different times") {
  const auto world = comm::make_world();
  const auto counter = comm::make_work_counter(*world, 60);
  const Numbers mine = take_all(*counter, std::chrono::microseconds(500 * (world->rank() + 1)));
  CHECK(gathered(*world, mine) == first_numbers(60));
}

TEST_CASE("numbers are complete while other threads of the rank compute") {
  const auto world = comm::make_world();
  const auto counter = comm::make_work_counter(*world, 60);
  std::jthread busy([](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
  });
  const Numbers mine = take_all(*counter, std::chrono::microseconds(200));
  CHECK(gathered(*world, mine) == first_numbers(60));
}

TEST_CASE("an exhausted counter gives nothing more to any rank") {
  const auto world = comm::make_world();
  const auto counter = comm::make_work_counter(*world, 1000);
  const bool got_one = counter->next().has_value();
  world->barrier();
  if (world->rank() == world->size() - 1) counter->exhaust();
  world->barrier();
  CHECK(got_one);
  CHECK_FALSE(counter->next().has_value());
  CHECK_FALSE(counter->next().has_value());
}

TEST_CASE("all ranks may exhaust a counter, more than once and after its end") {
  const auto world = comm::make_world();
  const auto counter = comm::make_work_counter(*world, 3);
  take_all(*counter, std::chrono::microseconds(0));
  counter->exhaust();
  counter->exhaust();
  CHECK_FALSE(counter->next().has_value());
}

TEST_CASE("a counter of nothing is empty from the start") {
  const auto world = comm::make_world();
  CHECK_FALSE(comm::make_work_counter(*world, 0)->next().has_value());
}

TEST_CASE("each wave has a counter that begins at zero") {
  const auto world = comm::make_world();
  for (int wave = 0; wave < 3; ++wave) {
    const auto counter = comm::make_work_counter(*world, 7);
    const Numbers mine = take_all(*counter, std::chrono::microseconds(0));
    CHECK(gathered(*world, mine) == first_numbers(7));
  }
}

}  // namespace work_counter_mpi_test
