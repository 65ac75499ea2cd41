#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace shoal::plan {

/// How long a checkpoint of dense positions takes, and how long the disk takes at least for as many bytes.
struct CheckpointSpeed {
  std::uint64_t bytes = 0;          ///< of the weight vectors
  double checkpoint_seconds = 0.0;  ///< whole: folder, files, check sums, manifest, renaming, removal of the oldest
  double raw_seconds = 0.0;         ///< one file of `bytes` bytes, written and synced

  /// Share of the disk's speed that a checkpoint reaches.
  double ratio() const { return raw_seconds / checkpoint_seconds; }
};

/// Writes checkpoints of about `bytes` bytes and plain files in turn; medians of `repetitions`. One rank's work. Leaves
/// nothing in the folder. Throws Error{resource}.
CheckpointSpeed measure_dense_checkpoint(const std::filesystem::path& folder, std::size_t bytes, int repetitions);

}  // namespace shoal::plan
