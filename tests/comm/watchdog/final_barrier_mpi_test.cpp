#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "comm/mpi_communicator.hpp"
#include "comm/serial_communicator.hpp"
#include "comm/watchdog/final_barrier.hpp"

namespace final_barrier_mpi_test {

using namespace shoal;
using namespace std::chrono_literals;

TEST_CASE("all ranks meet, however late one of them comes") {
  const auto world = comm::make_world();
  const auto end = comm::make_final_barrier(*world);
  if (world->rank() == 0) std::this_thread::sleep_for(100ms);
  CHECK(end->wait(60s));
}

TEST_CASE("ranks whose peer stays in a collective notice that it does not come, and meet it later") {
  const auto world = comm::make_world();
  const auto end = comm::make_final_barrier(*world);
  const bool stays_away = world->rank() == 0;
  if (!stays_away) CHECK_FALSE(end->wait(50ms));
  world->barrier();
  CHECK(end->wait(60s));
}

TEST_CASE("a barrier that all have passed stays open") {
  const auto world = comm::make_world();
  const auto end = comm::make_final_barrier(*world);
  CHECK(end->wait(60s));
  CHECK(end->wait(0s));
}

TEST_CASE("one rank without MPI waits for nobody") {
  CHECK(comm::make_final_barrier(comm::SerialCommunicator())->wait(0s));
}

}  // namespace final_barrier_mpi_test
