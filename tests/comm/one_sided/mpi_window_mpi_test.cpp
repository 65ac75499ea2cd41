#include <array>
#include <catch2/catch.hpp>

#include "comm/mpi_communicator.hpp"
#include "comm/one_sided/mpi_window.hpp"

namespace mpi_window_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using comm::WindowMemory;

namespace {

const std::array<std::int64_t, 2> content{100, 7};

void add(const comm::MpiWindow& window, std::int64_t number) {
  MPI_Accumulate(&number, 1, MPI_INT64_T, 0, 1, 1, MPI_INT64_T, MPI_SUM, window.native());
  MPI_Win_flush(0, window.native());
}

std::array<std::int64_t, 2> read(const comm::MpiWindow& window) {
  std::array<std::int64_t, 2> numbers{};
  MPI_Get_accumulate(nullptr, 0, MPI_INT64_T, numbers.data(), 2, MPI_INT64_T, 0, 0, 2, MPI_INT64_T, MPI_NO_OP,
                     window.native());
  MPI_Win_flush(0, window.native());
  return numbers;
}

}  // namespace

TEST_CASE("rank 0's memory is everybody's, be it shared or its own") {
  const auto world = comm::make_world();
  const auto& mpi = dynamic_cast<const comm::MpiCommunicator&>(*world);
  for (const WindowMemory memory : {WindowMemory::shared, WindowMemory::own}) {
    const comm::MpiWindow window(mpi, std::as_bytes(std::span(content)), sizeof(std::int64_t), memory);
    CHECK(read(window)[0] == 100);
    world->barrier();
    add(window, world->rank() + 1);
    window.progress();
    world->barrier();
    const int size = world->size();
    CHECK(read(window) == std::array<std::int64_t, 2>{100, 7 + size * (size + 1) / 2});
  }
}

TEST_CASE("ranks of one node share the memory of their windows") {
  const auto world = comm::make_world();
  CHECK(comm::window_memory(*world) == WindowMemory::shared);
}

}  // namespace mpi_window_mpi_test
