#include "evaluation/schedule/pruning_monitor.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "comm/serial_communicator.hpp"

namespace pruning_monitor_test {

using namespace shoal;
using namespace shoal::evaluation;

namespace {

/// Enough when the sum of what is known reaches `target`.
Assignment until(double target, std::vector<ItemList> blocks) {
  return {{}, std::move(blocks), {}, [target](std::span<const double> scores) {
            double sum = 0.0;
            for (const double score : scores) sum += std::isnan(score) ? 0.0 : score;
            return sum >= target;
          }};
}

struct Wave {
  std::vector<Assignment> assignments;
  ScoreTable table{2, 4};
  PruningMonitor shortcut{comm::SerialCommunicator(), assignments, 4};

  explicit Wave(const Assignment& assignment) : assignments{assignment} {
    for (std::size_t i = 0; i < 4; ++i) table.set(0, i, {1.0, true, {}, {}});
  }
};

}  // namespace

TEST_CASE("blocks behind a run of leading blocks that is enough are needless") {
  Wave wave(until(2.0, {{2}, {0}, {1}, {3}}));
  CHECK_FALSE(wave.shortcut.needless({0, 1}));
  wave.shortcut.publish({0, 0}, wave.table);
  CHECK_FALSE(wave.shortcut.needless({0, 1}));
  wave.shortcut.publish({0, 1}, wave.table);
  CHECK(wave.shortcut.needless({0, 2}));
  CHECK(wave.shortcut.needless({0, 3}));
}

TEST_CASE("later blocks that are finished first decide nothing") {
  Wave wave(until(2.0, {{2}, {0}, {1}, {3}}));
  wave.shortcut.publish({0, 1}, wave.table);
  wave.shortcut.publish({0, 2}, wave.table);
  CHECK_FALSE(wave.shortcut.needless({0, 3}));
  wave.shortcut.publish({0, 0}, wave.table);
  CHECK(wave.shortcut.needless({0, 3}));
}

TEST_CASE("what was known before the wave can be enough for nothing to be done") {
  Assignment assignment = until(2.0, {{0}, {1}});
  assignment.known = {std::nan(""), std::nan(""), 1.0, 1.0};
  Wave wave(assignment);
  CHECK(wave.shortcut.needless({0, 0}));
}

TEST_CASE("without a condition everything is needed") {
  Wave wave(Assignment{{}, {{0}, {1}}, {}, {}});
  wave.shortcut.publish({0, 0}, wave.table);
  CHECK_FALSE(wave.shortcut.needless({0, 1}));
}

}  // namespace pruning_monitor_test
