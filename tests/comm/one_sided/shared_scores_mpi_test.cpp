#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <thread>

#include "comm/mpi_communicator.hpp"
#include "comm/one_sided/shared_scores.hpp"
#include "comm/serial_communicator.hpp"

namespace shared_scores_mpi_test {

using namespace shoal;

namespace {

constexpr std::size_t share = 5;  // numbers that each rank writes

void write_share(comm::SharedScores& board, int rank) {
  std::array<double, share> values{};
  values.fill(rank + 0.5);
  board.write(share * static_cast<std::size_t>(rank), values);
}

/// Whether every rank's share holds what that rank writes, or nothing yet.
bool plausible(const std::vector<double>& table) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!std::isnan(table[i]) && table[i] != static_cast<double>(i / share) + 0.5) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a score board knows nothing until somebody writes") {
  const auto world = comm::make_world();
  const auto board = comm::make_shared_scores(*world, 7);
  for (const double value : board->read(0, 7)) CHECK(std::isnan(value));
}

TEST_CASE("what any rank has written, every rank reads") {
  const auto world = comm::make_world();
  const auto size = share * static_cast<std::size_t>(world->size());
  const auto board = comm::make_shared_scores(*world, size);
  write_share(*board, world->rank());
  world->barrier();
  const auto table = board->read(0, size);
  CHECK(plausible(table));
  for (const double value : table) CHECK_FALSE(std::isnan(value));
  CHECK(board->read(share - 1, 1) == std::vector{0.5});
}

TEST_CASE("reading while others write gives whole numbers, and all of them before long") {
  const auto world = comm::make_world();
  const auto size = share * static_cast<std::size_t>(world->size());
  const auto board = comm::make_shared_scores(*world, size);
  std::this_thread::sleep_for(std::chrono::milliseconds(world->rank()));
  write_share(*board, world->rank());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  bool complete = false;
  bool sound = true;
  while (!complete && std::chrono::steady_clock::now() < end) {
    const auto table = board->read(0, size);
    sound = sound && plausible(table);
    complete = true;
    for (const double value : table) complete = complete && !std::isnan(value);
  }
  CHECK(sound);
  CHECK(complete);
}

TEST_CASE("a serial score board needs no MPI") {
  const auto board = comm::make_shared_scores(comm::SerialCommunicator(), 3);
  board->write(1, std::array{2.0});
  const auto table = board->read(0, 3);
  CHECK(std::isnan(table[0]));
  CHECK(table[1] == 2.0);
}

}  // namespace shared_scores_mpi_test
