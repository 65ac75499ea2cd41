#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "checkpoint/checkpoint_manifest.hpp"
#include "swarm/dense/dense_swarm.hpp"

namespace shoal::checkpoint {

/// Which files hold the positions that this rank's particles have reached. Such a position never changes, so the next
/// checkpoint takes over its file from the one before by a hard link instead of writing it again. No file belongs to
/// more than `keep` - 1 checkpoints in a row: of the `keep` that are there, never all are damaged with it.
class BestPositionFiles {
 public:
  explicit BestPositionFiles(int keep) : keep_(keep) {}

  /// Links files that hold some of `needed` into the folder `next` of the next checkpoint; returns what must be
  /// written anew.
  std::vector<swarm::DenseSwarm::Reached> take_over(std::vector<swarm::DenseSwarm::Reached> needed,
                                                    const std::filesystem::path& next);

  /// The files that the last call has linked.
  std::vector<Manifest::File> linked() const;

  /// The checkpoint that was prepared counts, and lies in `folder`; this rank's files in it, written or linked.
  void published(const std::filesystem::path& folder, std::span<const Manifest::File> files);

 private:
  struct Entry {
    Manifest::File file;
    std::vector<swarm::Origin> origins;
    int checkpoints = 1;  ///< that it belongs to
  };

  int keep_;
  std::filesystem::path newest_;
  std::vector<Entry> entries_;  ///< of the newest checkpoint
  std::vector<Entry> linked_;   ///< into the next one
  std::vector<swarm::Origin> fresh_;
};

}  // namespace shoal::checkpoint
