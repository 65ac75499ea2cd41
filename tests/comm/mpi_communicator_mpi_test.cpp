#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "comm/mpi_communicator.hpp"
#include "support/error_of.hpp"

namespace mpi_communicator_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using shoal::testing::error_of;

namespace {

/// A text that differs between ranks in content and length; rank 1's is empty.
std::string text_of(int rank) { return rank == 1 ? "" : std::string(static_cast<std::size_t>(rank) * 3 + 1, 'a'); }

double sum_of_ranks(int size) { return size * (size - 1) / 2.0; }

}  // namespace

TEST_CASE("ranks of a world are numbered and all on this node") {
  const auto world = comm::make_world();
  CHECK(world->rank() >= 0);
  CHECK(world->rank() < world->size());
  CHECK(world->local_size() == world->size());
  CHECK(world->local_rank() == world->rank());
  world->barrier();
}

TEST_CASE("broadcast gives every rank the text of rank 0 whatever its own was") {
  const auto world = comm::make_world();
  const std::string mine = world->rank() == 0 ? std::string("line\nwith\0zero", 14) : "something longer than rank 0's";
  CHECK(world->broadcast(mine) == std::string("line\nwith\0zero", 14));
}

TEST_CASE("broadcast of an empty text and of a megabyte") {
  const auto world = comm::make_world();
  CHECK(world->broadcast(world->rank() == 0 ? "" : "not empty").empty());
  const std::string large(std::size_t{1} << 20U, 'x');
  CHECK(world->broadcast(world->rank() == 0 ? large : "") == large);
}

TEST_CASE("all_gather returns texts of different lengths in rank order") {
  const auto world = comm::make_world();
  const auto texts = world->all_gather(text_of(world->rank()));
  std::vector<std::string> expected;
  for (int rank = 0; rank < world->size(); ++rank) expected.push_back(text_of(rank));
  CHECK(texts == expected);
}

TEST_CASE("all_gather of nothing but empty texts") {
  const auto world = comm::make_world();
  CHECK(world->all_gather("") == std::vector<std::string>(static_cast<std::size_t>(world->size())));
}

TEST_CASE("broadcast gives every rank the numbers of any root bit for bit") {
  const auto world = comm::make_world();
  for (int root = 0; root < world->size(); ++root) {
    const float mine = world->rank() == root ? -0.0F : 1.0F;
    std::vector<float> numbers{mine, static_cast<float>(world->rank()), std::numeric_limits<float>::denorm_min()};
    world->broadcast(Buffer::of(std::span(numbers)), root);
    CHECK(std::signbit(numbers[0]));
    CHECK(numbers[1] == static_cast<float>(root));
    CHECK(numbers[2] == std::numeric_limits<float>::denorm_min());
  }
}

TEST_CASE("all_reduce sums doubles element by element on every rank") {
  const auto world = comm::make_world();
  std::vector<double> values{1.0, static_cast<double>(world->rank()), 1e-300};
  world->all_reduce(Buffer::of(values), comm::ReduceOp::sum);
  CHECK(values ==
        std::vector<double>{static_cast<double>(world->size()), sum_of_ranks(world->size()), 1e-300 * world->size()});
}

TEST_CASE("all_reduce takes the maximum of floats, negative and infinite ones too") {
  const auto world = comm::make_world();
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> values{-1.0F - static_cast<float>(world->rank()), world->rank() == 0 ? infinity : 0.0F};
  world->all_reduce(Buffer::of(values), comm::ReduceOp::max);
  CHECK(values == std::vector<float>{-1.0F, infinity});
}

TEST_CASE("all_reduce of an empty buffer does nothing") {
  const auto world = comm::make_world();
  std::vector<double> values;
  world->all_reduce(Buffer::of(values), comm::ReduceOp::sum);
  CHECK(values.empty());
}

TEST_CASE("collectives refuse device memory and parts that do not fit, on every rank") {
  const auto world = comm::make_world();
  std::vector<double> values(3, 1.0);
  std::vector<double> part(7, 1.0);
  Buffer on_gpu = Buffer::of(values);
  on_gpu.device = Device::cuda;
  CHECK(error_of([&] { world->all_reduce(on_gpu, comm::ReduceOp::sum); }).substr(0, 2) == "1:");
  CHECK(error_of([&] { world->broadcast(on_gpu, 0); }).substr(0, 2) == "1:");
  CHECK(error_of([&] { world->all_gather(on_gpu, on_gpu); }).substr(0, 2) == "1:");
  CHECK(error_of([&] { world->all_gather(Buffer::of(values), Buffer::of(part)); }).substr(0, 2) == "1:");
  CHECK(error_of([&] {
          world->reduce_scatter(Buffer::of(values), Buffer::of(part), comm::ReduceOp::sum);
        }).substr(0, 2) == "1:");
}

TEST_CASE("two worlds do not mix their messages") {
  const auto first = comm::make_world();
  const auto second = comm::make_world();
  CHECK(first->broadcast(first->rank() == 0 ? "first" : "") == "first");
  CHECK(second->broadcast(second->rank() == 0 ? "second" : "") == "second");
}

}  // namespace mpi_communicator_mpi_test
