#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "checkpoint/best_position_files.hpp"
#include "checkpoint/completion_markers.hpp"
#include "checkpoint/dense_file.hpp"

namespace shoal::checkpoint {

/// The files with which one of `ranks` ranks takes part in checkpoints of dense positions: laid out by the search,
/// written by a thread while the search goes on.
class RankCheckpoint {
 public:
  /// `keep`: checkpoints that stay.
  RankCheckpoint(int rank, int ranks, int keep) : rank_(rank), ranks_(ranks), reached_(keep) {}

  /// Lays out the files of the checkpoint after the iteration of `state` for the folder `next`. From now until they are
  /// written `dense` must not change. Throws Error{resource}.
  void lay_out(const std::filesystem::path& next, const swarm::SwarmState& state, const swarm::DenseSwarm& dense);

  /// Writes them; for a thread that may not use MPI. Rank 0 waits for the others' and returns the files of all ranks,
  /// the others return their own. Throws Error{resource}.
  std::vector<Manifest::File> write();

  /// From any thread: waits no longer than `grace` for other ranks.
  void give_up(std::chrono::milliseconds grace) { receipts_.give_up(grace); }

  /// The checkpoint counts and lies in `folder`; its next one will take over from it what has not changed.
  void published(const std::filesystem::path& folder);

  /// Bytes that this rank has written of the last checkpoint.
  std::uint64_t bytes() const;

 private:
  int rank_;
  int ranks_;
  BestPositionFiles reached_;
  CompletionMarkers receipts_;
  std::filesystem::path next_;
  std::unique_ptr<DenseImage> image_;
  std::vector<Manifest::File> written_;
};

}  // namespace shoal::checkpoint
