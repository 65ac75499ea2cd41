#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <span>
#include <vector>

#include "checkpoint/checkpoint_manifest.hpp"

namespace shoal::checkpoint {

/// How the threads that write a checkpoint's files tell rank 0's, while the search goes on, that theirs are complete.
/// They may not use MPI, which belongs to the search; but all see the checkpoint's folder: each leaves a small file
/// there.
class CompletionMarkers {
 public:
  /// `rank` has written and synced these files into `folder`. Throws Error{resource}.
  static void post(const std::filesystem::path& folder, int rank, std::span<const Manifest::File> files);

  /// Waits for the markers of ranks 1 … ranks - 1 and takes them away; returns what they list, in rank order. Throws
  /// Error{resource} once nobody can be expected to post any more.
  std::vector<Manifest::File> collect(const std::filesystem::path& folder, int ranks) const;

  /// From any thread: whatever has not been posted `grace` from now will not come.
  void give_up(std::chrono::milliseconds grace);

 private:
  using Clock = std::chrono::steady_clock;
  bool given_up() const { return Clock::now().time_since_epoch().count() > last_.load(); }

  std::atomic<Clock::rep> last_ = Clock::time_point::max().time_since_epoch().count();
};

}  // namespace shoal::checkpoint
