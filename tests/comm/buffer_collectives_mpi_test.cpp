#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "comm/mpi_communicator.hpp"
#include "comm/typed_numbers.hpp"

namespace buffer_collectives_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using namespace shoal::testing;

namespace {

// Nothing, one number, an odd number, and more than one piece of what is copied on the way.
const std::vector<std::size_t> counts{0, 1, 1001, (std::size_t{1} << 18U) + 3};

}  // namespace

TEMPLATE_LIST_TEST_CASE("all_reduce sums numbers of any type and count", "", NumberTypes) {
  const auto world = comm::make_world();
  for (const std::size_t count : counts) {
    std::vector<TestType> numbers = numbers_of<TestType>(world->rank(), count);
    world->all_reduce(Buffer::of(numbers), comm::ReduceOp::sum);
    CHECK((numbers == sums_of<TestType>(world->size(), count)));
  }
}

TEMPLATE_LIST_TEST_CASE("broadcast gives every rank the root's numbers, whoever the root is", "", NumberTypes) {
  const auto world = comm::make_world();
  for (int root = 0; root < world->size(); ++root) {
    for (const std::size_t count : counts) {
      std::vector<TestType> numbers = numbers_of<TestType>(world->rank(), count);
      world->broadcast(Buffer::of(numbers), root);
      CHECK((numbers == numbers_of<TestType>(root, count)));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("reduce_scatter leaves every rank its part of the sums", "", NumberTypes) {
  const auto world = comm::make_world();
  for (const std::size_t count : counts) {
    const std::size_t total = count * static_cast<std::size_t>(world->size());
    std::vector<TestType> numbers = numbers_of<TestType>(world->rank(), total);
    std::vector<TestType> mine(count);
    world->reduce_scatter(Buffer::of(numbers), Buffer::of(mine), comm::ReduceOp::sum);
    CHECK((mine == part_of(sums_of<TestType>(world->size(), total), world->rank(), world->size())));
  }
}

TEMPLATE_LIST_TEST_CASE("all_gather puts the ranks' numbers one after the other", "", NumberTypes) {
  const auto world = comm::make_world();
  for (const std::size_t count : counts) {
    std::vector<TestType> mine = numbers_of<TestType>(world->rank(), count);
    std::vector<TestType> all(count * static_cast<std::size_t>(world->size()));
    world->all_gather(Buffer::of(mine), Buffer::of(all));
    for (int rank = 0; rank < world->size(); ++rank) {
      CHECK((part_of(all, rank, world->size()) == numbers_of<TestType>(rank, count)));
    }
  }
}

TEST_CASE("reduce_scatter adds up in the order of the ranks") {
  // In float32 (1 + 2^-24) + 2^-24 = 1, but 1 + (2^-24 + 2^-24) > 1.
  const auto world = comm::make_world();
  const float tiny = std::numeric_limits<float>::epsilon() / 2.0F;
  std::vector<float> numbers(static_cast<std::size_t>(world->size()) * 5, world->rank() == 0 ? 1.0F : tiny);
  std::vector<float> mine(5);
  world->reduce_scatter(Buffer::of(numbers), Buffer::of(mine), comm::ReduceOp::sum);
  CHECK(mine == std::vector<float>(5, 1.0F));
}

TEST_CASE("sums of bfloat16 are rounded once, not at every rank") {
  // 256 is the first number from which bfloat16 cannot count: adding 1 at a time would stay there.
  const auto world = comm::make_world();
  const double exact = 256.0 + world->size() - 1;
  std::vector<std::uint16_t> numbers(static_cast<std::size_t>(world->size()),
                                     number<std::uint16_t>(world->rank() == 0 ? 256.0 : 1.0));
  std::vector<std::uint16_t> mine(1);
  world->reduce_scatter(Buffer::of(numbers), Buffer::of(mine), comm::ReduceOp::sum);
  world->all_reduce(Buffer::of(numbers), comm::ReduceOp::sum);
  CHECK(mine.front() == number<std::uint16_t>(exact));
  CHECK(numbers.front() == number<std::uint16_t>(exact));
}

TEMPLATE_LIST_TEST_CASE("the maximum over ranks works in both reductions", "", NumberTypes) {
  const auto world = comm::make_world();
  std::vector<TestType> numbers(static_cast<std::size_t>(world->size()), number<TestType>(-1.0 - world->rank()));
  std::vector<TestType> mine(1);
  world->reduce_scatter(Buffer::of(numbers), Buffer::of(mine), comm::ReduceOp::max);
  world->all_reduce(Buffer::of(numbers), comm::ReduceOp::max);
  CHECK(value_of(mine.front()) == -1.0);
  CHECK(value_of(numbers.front()) == -1.0);
}

}  // namespace buffer_collectives_mpi_test
