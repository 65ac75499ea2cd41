#include <catch2/catch.hpp>
#include <new>
#include <stdexcept>
#include <string>

#include "base/error.hpp"
#include "comm/agree.hpp"
#include "comm/mpi_communicator.hpp"
#include "support/error_of.hpp"

namespace agree_mpi_test {

using namespace shoal;
using shoal::testing::error_of;

namespace {

/// What agree throws on this rank when `work` runs on the ranks `first` and above.
template <typename Work>
std::string outcome(const comm::Communicator& world, int first, Work work) {
  return error_of([&] {
    comm::agree(world, [&] {
      if (world.rank() >= first) work(world.rank());
    });
  });
}

[[noreturn]] void fail_with_rank(int rank) { fail(ExitCode::input, "file {} is missing (no such file).", rank); }

}  // namespace

TEST_CASE("agree returns on every rank when no work throws") {
  const auto world = comm::make_world();
  int calls = 0;
  comm::agree(*world, [&] { ++calls; });
  CHECK(calls == 1);
}

TEST_CASE("an error on one rank alone is thrown on every rank with code and sentence") {
  const auto world = comm::make_world();
  const int last = world->size() - 1;
  CHECK(outcome(*world, last, fail_with_rank) == fmt::format("3: file {} is missing (no such file).", last));
}

TEST_CASE("of errors on several ranks the one of the lowest failing rank is thrown everywhere") {
  const auto world = comm::make_world();
  const int first = world->size() > 2 ? 1 : 0;
  CHECK(outcome(*world, first, fail_with_rank) == fmt::format("3: file {} is missing (no such file).", first));
}

TEST_CASE("every exit code survives the way to the other ranks") {
  const auto world = comm::make_world();
  const int last = world->size() - 1;
  for (const ExitCode code : {ExitCode::usage, ExitCode::resource, ExitCode::peer, ExitCode::requeue}) {
    const std::string expected = std::to_string(static_cast<int>(code)) + ": why";
    CHECK(outcome(*world, last, [&](int) { throw Error(code, "why"); }) == expected);
  }
}

TEST_CASE("an error without a sentence still ends all ranks") {
  const auto world = comm::make_world();
  CHECK(outcome(*world, world->size() - 1, [](int) { throw Error(ExitCode::input, ""); }) == "3: ");
}

TEST_CASE("a standard exception becomes an internal error of its first line") {
  const auto world = comm::make_world();
  const int last = world->size() - 1;
  CHECK(outcome(*world, last, [](int) { throw std::logic_error("odd\nbacktrace"); }) == "1: internal error: odd");
}

TEST_CASE("running out of memory becomes a resource error") {
  const auto world = comm::make_world();
  const std::string error = outcome(*world, world->size() - 1, [](int) { throw std::bad_alloc(); });
  CHECK(error.find("4: out of memory") == 0);
}

TEST_CASE("what is no exception class at all does not leave the other ranks waiting") {
  const auto world = comm::make_world();
  CHECK(outcome(*world, world->size() - 1, [](int) { throw 7; }).find("1: internal error") == 0);
}

TEST_CASE("ranks can go on together after an error") {
  const auto world = comm::make_world();
  outcome(*world, world->size() - 1, fail_with_rank);
  CHECK(world->broadcast(world->rank() == 0 ? "still here" : "") == "still here");
}

TEST_CASE("any is true everywhere as soon as one rank says so, and false when none does") {
  const auto world = comm::make_world();
  CHECK(comm::any(*world, world->rank() == world->size() - 1));
  CHECK_FALSE(comm::any(*world, false));
}

}  // namespace agree_mpi_test
