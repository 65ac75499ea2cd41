#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/checkpoint_manifest.hpp"
#include "swarm/dense/dense_swarm.hpp"

namespace shoal::checkpoint {

class Hdf5Frame;

/// rank-0003.h5 for rank 3: where its particles are and how they move (docs/checkpoint-format.md).
std::string dense_file_name(int rank);

/// reached-0003-000012.h5: positions that particles of rank 3 have reached, first written after iteration 12.
std::string reached_file_name(int rank, int iteration);

/// What one rank writes of a checkpoint after `iteration`. The files are laid out at once, on the thread that uses
/// HDF5; the numbers are read when they are written, from where they lie: until then the swarm must not change.
class DenseImage {
 public:
  /// `reached`: the positions that no file of an earlier checkpoint holds. Throws Error{resource}.
  DenseImage(int rank, int iteration, const swarm::DenseSwarm& swarm,
             std::span<const swarm::DenseSwarm::Reached> reached);
  ~DenseImage();
  DenseImage(const DenseImage&) = delete;
  DenseImage& operator=(const DenseImage&) = delete;

  /// Writes and syncs the files; the folder is the caller's to sync. On any thread. Throws Error{resource}.
  std::vector<Manifest::File> write(const std::filesystem::path& folder) const;

 private:
  struct File {
    std::string name;
    std::string kind;
    std::unique_ptr<Hdf5Frame> frame;
    std::vector<std::string_view> pieces;
  };
  void add(std::string name, std::string kind, std::unique_ptr<Hdf5Frame> frame);

  int rank_;
  std::vector<File> files_;
};

}  // namespace shoal::checkpoint
