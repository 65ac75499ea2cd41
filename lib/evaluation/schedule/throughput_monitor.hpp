#pragma once

#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::evaluation {

/// What one rank has worked on: seconds of its threads, and how much that was (in prompt tokens, say).
struct RankWork {
  double seconds = 0.0;
  double work = 0.0;
};

/// The ranks that need more than 1.5 times the median's time for the same work, one sentence each. Ranks with
/// less than a second of work are not named: such short times are noise.
std::vector<std::string> stragglers(std::span<const RankWork> ranks, std::span<const std::string> nodes);

/// Measures this rank's work while a search goes on.
class ThroughputMonitor {
 public:
  /// Callable from several threads at once.
  void add(double seconds, double work);

  /// The stragglers among all ranks since the last call. Collective.
  std::vector<std::string> report(const comm::Communicator& comm);

 private:
  std::mutex mutex_;
  RankWork mine_;
};

}  // namespace shoal::evaluation
