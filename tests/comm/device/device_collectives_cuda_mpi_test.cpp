#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "comm/device/device_collectives.hpp"
#include "comm/mpi_communicator.hpp"
#include "comm/serial_communicator.hpp"
#include "comm/typed_numbers.hpp"
#include "comm/versions.hpp"
#include "nccl_double.hpp"
#include "support/error_of.hpp"

namespace device_collectives_cuda_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using namespace shoal::testing;
using namespace std::chrono_literals;
using nccl_double::Behaviour;

namespace {

// Nothing, one number, odd numbers.
const std::vector<std::size_t> counts{0, 1, 3, 1001};

/// "Device" memory of the double, which is the host's.
template <typename T>
Buffer on_device(std::vector<T>& numbers) {
  Buffer buffer = Buffer::of(numbers);
  buffer.device = Device::cuda;
  return buffer;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// This rank behaves so while `work` runs; all ranks have gone back to normal when it returns.
template <typename Work>
std::string error_under(const comm::Communicator& world, const Behaviour& behaviour, Work&& work) {
  std::string error;
  {
    const nccl_double::Scope scope(behaviour);
    error = error_of(work);
  }
  world.barrier();
  return error;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("every operation on device memory gives what MPI gives", "", NumberTypes) {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  const auto size = static_cast<std::size_t>(world->size());
  for (const std::size_t count : counts) {
    for (const auto op : {comm::ReduceOp::sum, comm::ReduceOp::max}) {
      std::vector<TestType> ours = numbers_of<TestType>(world->rank(), count);
      std::vector<TestType> expected = ours;
      device->all_reduce(on_device(ours), op);
      world->all_reduce(Buffer::of(expected), op);
      CHECK((ours == expected));

      std::vector<TestType> parts = numbers_of<TestType>(world->rank(), count * size);
      std::vector<TestType> mine(count);
      std::vector<TestType> expected_mine(count);
      device->reduce_scatter(on_device(parts), on_device(mine), op);
      world->reduce_scatter(Buffer::of(parts), Buffer::of(expected_mine), op);
      CHECK((mine == expected_mine));
    }
    std::vector<TestType> numbers = numbers_of<TestType>(world->rank(), count);
    std::vector<TestType> all(count * size);
    std::vector<TestType> expected_all(count * size);
    device->all_gather(on_device(numbers), on_device(all));
    world->all_gather(Buffer::of(numbers), Buffer::of(expected_all));
    CHECK((all == expected_all));
    for (int root = 0; root < world->size(); ++root) {
      std::vector<TestType> ours = numbers_of<TestType>(world->rank(), count);
      device->broadcast(on_device(ours), root);
      CHECK((ours == numbers_of<TestType>(root, count)));
    }
  }
  CHECK(nccl_double::allocations() == 0);
}

TEST_CASE("buffers in host memory go to the device and back") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  const int before = nccl_double::copies();
  std::vector<double> numbers = numbers_of<double>(world->rank(), 5);
  device->all_reduce(Buffer::of(numbers), comm::ReduceOp::sum);
  CHECK(numbers == sums_of<double>(world->size(), 5));
  std::vector<double> all(5 * static_cast<std::size_t>(world->size()));
  std::vector<double> mine = numbers_of<double>(world->rank(), 5);
  device->all_gather(Buffer::of(mine), Buffer::of(all));
  CHECK(part_of(all, world->size() - 1, world->size()) == numbers_of<double>(world->size() - 1, 5));
  CHECK(nccl_double::copies() == before + 4);
  CHECK(nccl_double::allocations() == 0);
}

TEST_CASE("operations can be queued on the caller's stream") {
  const auto world = comm::make_world();
  cudaStream_t stream = nullptr;
  cudaStreamCreate(&stream);
  {
    const auto device = comm::make_device_collectives(*world, {.stream = stream});
    std::vector<float> numbers = numbers_of<float>(world->rank(), 7);
    device->all_reduce(on_device(numbers), comm::ReduceOp::sum);
    CHECK(numbers == sums_of<float>(world->size(), 7));
  }
  cudaStreamDestroy(stream);
}

TEST_CASE("parts that do not fit are refused on every rank before anything begins") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  std::vector<float> five(5);
  std::vector<float> many(7 * static_cast<std::size_t>(world->size()));
  CHECK(contains(error_of([&] { device->all_gather(on_device(five), on_device(many)); }), "1: "));
  CHECK(contains(error_of([&] { device->reduce_scatter(on_device(many), on_device(five), comm::ReduceOp::sum); }),
                 "1: "));
}

TEST_CASE("each rank tells its device by number and UUID") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  const std::string n = std::to_string(world->local_rank());
  CHECK(device->device() == "GPU " + n + " (GPU-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadae0" + n + ")");
}

TEST_CASE("without a device of its own for each rank all ranks refuse") {
  const auto world = comm::make_world();
  const auto make = [&] { comm::make_device_collectives(*world); };
  CHECK(contains(error_under(*world, {.devices = world->rank() == 0 ? 0 : 4}, make), "5: rank 0 sees no GPU"));
  CHECK(contains(error_under(*world, {.devices = -1}, make), "5: cudaGetDeviceCount failed (no CUDA-capable device"));
  if (world->size() == 1) return;
  CHECK(contains(error_under(*world, {.shared_device = true}, make), "5: ranks 0 and 1 have one device (GPU-a0a1"));
  CHECK(nccl_double::open_communicators() == 0);
}

TEST_CASE("another NCCL than the one compiled against is refused by all ranks; a patch may differ") {
  const auto world = comm::make_world();
  const auto make = [&] { comm::make_device_collectives(*world); };
  const int last = world->size() - 1;
  const int version = world->rank() == last ? 22707 : NCCL_VERSION_CODE;
  const std::string error = error_under(*world, {.version = version}, make);
  CHECK(contains(error, "5: NCCL "));
  CHECK(contains(error, "2.28"));
  if (world->rank() == last) CHECK(contains(error, "NCCL 2.27.7 is loaded"));
  CHECK(error_under(*world, {.version = NCCL_VERSION_CODE - 1}, make) == "none");
  CHECK(comm::nccl_version() == "2.28.9");
}

TEST_CASE("an initialisation that a peer does not come to ends after the patience, on all ranks") {
  const auto world = comm::make_world();
  const int aborts = nccl_double::aborts();
  const std::string error = error_under(*world, {.init_never_ends = true},
                                        [&] { comm::make_device_collectives(*world, {.patience = 200ms}); });
  CHECK(contains(error, "5: ncclCommInitRank failed on rank 0"));
  CHECK(contains(error, "not done after 0.2 s"));
  CHECK(nccl_double::aborts() == aborts + 1);
}

TEST_CASE("an initialisation that fails on one rank fails on all") {
  const auto world = comm::make_world();
  Behaviour behaviour;
  if (world->rank() == world->size() - 1) behaviour.init_result = ncclSystemError;
  // The others connect in the double's second look, which waits for all: they are kept from it.
  behaviour.init_never_ends = true;
  const std::string error =
      error_under(*world, behaviour, [&] { comm::make_device_collectives(*world, {.patience = 200ms}); });
  CHECK(contains(error, "5: ncclCommInitRank failed on rank"));
  if (world->size() == 1) CHECK(contains(error, "unhandled system error"));
}

TEST_CASE("a peer that hangs: the patience ends, the link is aborted, the operation is named") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world, {.patience = 3s});
  const int aborts = nccl_double::aborts();
  std::vector<float> numbers(3);
  std::vector<float> all(3 * static_cast<std::size_t>(world->size()));
  const Behaviour behaviour{.hangs = world->rank() == world->size() - 1};
  const std::string error =
      error_under(*world, behaviour, [&] { device->all_gather(on_device(numbers), on_device(all)); });
  CHECK(contains(error, "5: ncclAllGather failed on rank " + std::to_string(world->rank())));
  CHECK(contains(error, "not done after 3 s"));
  CHECK(nccl_double::aborts() == aborts + 1);
  CHECK(contains(error_of([&] { device->broadcast(on_device(numbers), 0); }), "5: ncclBroadcast cannot begin"));
}

TEST_CASE("a peer whose operation fails is told as NCCL tells it, without waiting for the patience") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world, {.patience = 60s});
  std::vector<double> numbers(9);
  const bool failing = world->rank() == 0;
  const Behaviour behaviour{.async_error = failing ? ncclSystemError : ncclRemoteError};
  const std::string error =
      error_under(*world, behaviour, [&] { device->all_reduce(on_device(numbers), comm::ReduceOp::sum); });
  CHECK(contains(error, "5: ncclAllReduce failed on rank " + std::to_string(world->rank())));
  CHECK(contains(error, failing ? "unhandled system error" : "remote process exited"));
}

TEST_CASE("a call that NCCL refuses at once gives up the link") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  std::vector<double> numbers(2);
  std::vector<double> parts(2 * static_cast<std::size_t>(world->size()));
  const std::string error = error_under(*world, {.refusal = ncclInvalidUsage}, [&] {
    device->reduce_scatter(on_device(parts), on_device(numbers), comm::ReduceOp::max);
  });
  CHECK(contains(error, "5: ncclReduceScatter failed"));
  CHECK(contains(error, "invalid usage"));
}

TEST_CASE("device memory that is full is said to be") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  std::vector<double> numbers(2);
  const std::string error =
      error_under(*world, {.memory_full = true}, [&] { device->all_reduce(Buffer::of(numbers), comm::ReduceOp::sum); });
  CHECK(contains(error, "5: cudaMalloc failed (out of memory)"));
}

TEST_CASE("an operation counts as waiting for the others") {
  const auto world = comm::make_world();
  const auto device = comm::make_device_collectives(*world);
  std::vector<double> numbers(2);
  const std::uint64_t before = world->liveness().beats();
  device->all_reduce(on_device(numbers), comm::ReduceOp::sum);
  CHECK(world->liveness().beats() > before);
  CHECK_FALSE(world->liveness().waiting());
}

}  // namespace device_collectives_cuda_mpi_test
