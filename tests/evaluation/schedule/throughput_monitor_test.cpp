#include "evaluation/schedule/throughput_monitor.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "comm/serial_communicator.hpp"

namespace throughput_monitor_test {

using namespace shoal;
using evaluation::RankWork;
using evaluation::stragglers;

namespace {

const std::vector<std::string> nodes{"n1", "n1", "n2", "n2"};

}  // namespace

TEST_CASE("ranks of one pace are no stragglers, whatever their share of the work") {
  CHECK(stragglers(std::vector<RankWork>{{10, 100}, {20, 200}, {14, 100}, {2, 20}}, nodes).empty());
}

TEST_CASE("a rank that is slower than 1.5 times the median is named with its node and factor") {
  const auto found = stragglers(std::vector<RankWork>{{10, 100}, {10, 100}, {10, 40}, {12, 100}}, nodes);
  REQUIRE(found.size() == 1);
  CHECK(found.front().find("rank 2 on n2 needs 2.5 times as long") == 0);
}

TEST_CASE("of two ranks the faster is the measure") {
  const auto found = stragglers(std::vector<RankWork>{{10, 50}, {10, 100}}, nodes);
  REQUIRE(found.size() == 1);
  CHECK(found.front().find("rank 0 on n1 needs 2.0 times") == 0);
}

TEST_CASE("ranks without work and with hardly any time do not count") {
  CHECK(stragglers(std::vector<RankWork>{{0, 0}, {10, 100}, {0.9, 1}, {10, 100}}, nodes).empty());
  CHECK(stragglers(std::vector<RankWork>{{0, 0}, {0, 0}}, nodes).empty());
}

TEST_CASE("work is added up from several threads and begins anew after a report") {
  evaluation::ThroughputMonitor pace;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 100; ++j) pace.add(0.01, 1.0);
      });
    }
  }
  const comm::SerialCommunicator alone;
  CHECK(pace.report(alone).empty());
  CHECK(pace.report(alone).empty());
}

}  // namespace throughput_monitor_test
