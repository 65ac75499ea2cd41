#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "comm/one_sided/work_counter.hpp"
#include "evaluation/schedule/wave_units.hpp"

namespace shoal::evaluation {

/// The units of a wave as one rank takes them: from a counter shared by all ranks; or, where weights are held by
/// owners, this rank's own units in their order, each with a number of the counter as a permission, so that one rank
/// can still stop all of them.
class WaveQueue {
 public:
  /// `counter` counts the units of all ranks. Either all assignments have an owner or none.
  WaveQueue(comm::WorkCounter& counter, std::span<const WorkUnit> units, std::span<const Assignment> assignments,
            int rank);

  /// Number of the next unit for this rank; empty: none is left, or the wave was given up.
  std::optional<std::int64_t> next();

  /// No rank gets another unit.
  void exhaust() { counter_.exhaust(); }
  void progress() { counter_.progress(); }

 private:
  comm::WorkCounter& counter_;
  std::optional<std::vector<std::int64_t>> own_;
  std::size_t taken_ = 0;
};

}  // namespace shoal::evaluation
