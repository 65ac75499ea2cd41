#include "evaluation/schedule/wave_queue.hpp"

#include <catch2/catch.hpp>

#include "comm/serial_communicator.hpp"

namespace wave_queue_test {

using namespace shoal;
using namespace shoal::evaluation;

namespace {

Assignment owned_by(std::optional<int> owner) {
  Assignment assignment;
  assignment.dense = DenseView{owner, {}};
  return assignment;
}

const std::vector<WorkUnit> units{{{0, 0}}, {{1, 0}}, {{2, 0}}, {{0, 1}}, {{2, 1}}};

std::vector<std::int64_t> all_of(WaveQueue& queue) {
  std::vector<std::int64_t> numbers;
  while (const auto number = queue.next()) numbers.push_back(*number);
  return numbers;
}

}  // namespace

TEST_CASE("tasks without owners come from the counter in order") {
  const comm::SerialCommunicator comm;
  const auto counter = comm::make_work_counter(comm, 5);
  const std::vector<Assignment> assignments{{}, owned_by(std::nullopt), {}};
  WaveQueue queue(*counter, units, assignments, 0);
  CHECK(all_of(queue) == std::vector<std::int64_t>{0, 1, 2, 3, 4});
}

TEST_CASE("owners take their own tasks, and all of them are taken once") {
  const comm::SerialCommunicator comm;
  const auto counter = comm::make_work_counter(comm, 5);
  const std::vector<Assignment> assignments{owned_by(0), owned_by(2), owned_by(0)};
  WaveQueue first(*counter, units, assignments, 0);
  WaveQueue second(*counter, units, assignments, 1);
  WaveQueue third(*counter, units, assignments, 2);
  CHECK(all_of(third) == std::vector<std::int64_t>{1});
  CHECK(all_of(second).empty());
  CHECK(all_of(first) == std::vector<std::int64_t>{0, 2, 3, 4});
}

TEST_CASE("one rank that gives up stops the owners on all ranks") {
  const comm::SerialCommunicator comm;
  const auto counter = comm::make_work_counter(comm, 5);
  const std::vector<Assignment> assignments{owned_by(0), owned_by(1), owned_by(0)};
  WaveQueue first(*counter, units, assignments, 0);
  WaveQueue second(*counter, units, assignments, 1);
  CHECK(first.next() == 0);
  second.exhaust();
  CHECK_FALSE(first.next());
}

TEST_CASE("positions with and without an owner do not mix") {
  const comm::SerialCommunicator comm;
  const auto counter = comm::make_work_counter(comm, 5);
  const std::vector<Assignment> assignments{owned_by(0), {}, owned_by(0)};
  CHECK_THROWS(WaveQueue(*counter, units, assignments, 0));
}

}  // namespace wave_queue_test
