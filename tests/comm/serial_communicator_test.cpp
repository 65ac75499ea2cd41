#include "comm/serial_communicator.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "comm/agree.hpp"
#include "comm/device/device_collectives.hpp"
#include "comm/one_sided/work_counter.hpp"
#include "comm/versions.hpp"
#include "support/error_of.hpp"

namespace serial_communicator_test {

using namespace shoal;
using shoal::testing::error_of;

namespace {

/// A communicator that claims more ranks than a counter without MPI can serve.
class TwoRanks : public comm::SerialCommunicator {
 public:
  int size() const override { return 2; }
};

}  // namespace

TEST_CASE("one rank alone gets back what it gives") {
  const comm::SerialCommunicator alone;
  std::vector<double> values{1.5, -2.0};
  alone.all_reduce(Buffer::of(values), comm::ReduceOp::sum);
  CHECK(alone.size() == 1);
  CHECK(alone.broadcast("text") == "text");
  CHECK(alone.all_gather("text") == std::vector<std::string>{"text"});
  CHECK(values == std::vector<double>{1.5, -2.0});
}

TEST_CASE("one rank alone moves its own numbers") {
  const comm::SerialCommunicator alone;
  std::vector<double> values{1.5, -2.0};
  std::vector<double> gathered(2);
  std::vector<double> scattered(2);
  alone.broadcast(Buffer::of(values), 0);
  alone.all_gather(Buffer::of(values), Buffer::of(gathered));
  alone.reduce_scatter(Buffer::of(values), Buffer::of(scattered), comm::ReduceOp::sum);
  CHECK(gathered == values);
  CHECK(scattered == values);
  std::vector<double> longer(3);
  CHECK(error_of([&] { alone.all_gather(Buffer::of(values), Buffer::of(longer)); }).substr(0, 2) == "1:");
}

TEST_CASE("agree on one rank throws the error itself, or an internal one for other exceptions") {
  const comm::SerialCommunicator alone;
  CHECK(error_of([&] { comm::agree(alone, [] { fail(ExitCode::service, "away."); }); }) == "6: away.");
  CHECK(error_of([&] { comm::agree(alone, [] { throw std::runtime_error("odd"); }); }) == "1: internal error: odd");
  CHECK(error_of([&] { comm::agree(alone, [] {}); }) == "none");
  CHECK(comm::any(alone, true));
  CHECK_FALSE(comm::any(alone, false));
}

TEST_CASE("a counter on one rank counts up to its total and can be exhausted") {
  const comm::SerialCommunicator alone;
  const auto counter = comm::make_work_counter(alone, 3);
  CHECK(counter->next() == 0);
  counter->progress();
  CHECK(counter->next() == 1);
  counter->exhaust();
  CHECK_FALSE(counter->next());
}

TEST_CASE("a communicator of several ranks that is not MPI's has no counter") {
  CHECK(error_of([] { comm::make_work_counter(TwoRanks(), 3); }).substr(0, 2) == "1:");
}

TEST_CASE("versions name the library without its build string") {
  CHECK(comm::mpi_version().find("MPI") != std::string::npos);
  CHECK(comm::mpi_version().find(',') == std::string::npos);
  CHECK_FALSE(comm::nccl_version().empty());
}

TEST_CASE("a build without device collectives says so when they are asked for") {
  if (comm::has_device_collectives()) return;
  const comm::SerialCommunicator alone;
  CHECK(error_of([&] { comm::make_device_collectives(alone); }).substr(0, 2) == "1:");
  CHECK(comm::nccl_version() == "none");
}

}  // namespace serial_communicator_test
