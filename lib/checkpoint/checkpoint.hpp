#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/checkpoint_manifest.hpp"
#include "swarm/state.hpp"

namespace shoal::checkpoint {

/// A swarm as of the end of an iteration, with what else a resumed search needs to know.
struct Checkpoint {
  swarm::SwarmState state;
  double search_seconds = 0.0;  ///< spent on the search so far, over all its parts
};

/// A checkpoint as the bytes of its file: what is written while the search has already gone on.
struct CheckpointImage {
  int iteration = 0;
  std::uint64_t seed = 0;
  double search_seconds = 0.0;
  std::string state;
};

CheckpointImage image_of(const swarm::SwarmState& state, double search_seconds);

/// The checkpoints of a run folder: checkpoints/000012/{manifest.json, state.h5}. Written so that a process killed at
/// any instant leaves the newest complete one intact; read so that a damaged one is noticed and the next older one
/// used.
class CheckpointStore {
 public:
  using Warn = std::function<void(const std::string&)>;

  /// `config_hash` ties checkpoints to a trajectory; `keep` (at least 2) generations stay; `warn` hears about damaged
  /// ones.
  CheckpointStore(std::filesystem::path run_dir, std::string config_hash, int keep, Warn warn);

  /// Temporary folder, sync, manifest, sync, reading back, rename, sync; then all generations go that have `keep`
  /// intact newer ones. Throws Error{resource}, before anything is written when the space does not suffice, and leaves
  /// the older checkpoints as they are.
  void write(const CheckpointImage& image) const;
  void write(const Checkpoint& checkpoint) const { write(image_of(checkpoint.state, checkpoint.search_seconds)); }

  /// For dense positions: makes an empty temporary folder for the checkpoint after `iteration`, into which every rank
  /// then writes its files (dense_file.hpp); `write` with these files publishes it, `abandon` removes it.
  std::filesystem::path prepare(int iteration) const;
  std::filesystem::path temporary_folder(int iteration) const;
  void write(const CheckpointImage& image, std::span<const Manifest::File> rank_files) const;
  void abandon() const;

  /// The folder of a published checkpoint and the files in it that ranks wrote, in rank order. Throws Error{input}.
  std::filesystem::path folder_of(int iteration) const;
  std::vector<Manifest::File> rank_files(int iteration) const;

  /// The newest checkpoint that is complete and undamaged; empty when none was ever written. Throws Error{usage} when
  /// it belongs to another configuration, Error{input} when all are damaged or it is of a later format, Error{resource}
  /// when the folder cannot be read.
  std::optional<Checkpoint> newest_valid() const;

  /// Removes all checkpoints (--resume never). They go together: a process killed meanwhile leaves all or none.
  void clear() const;

 private:
  void remove_old() const;

  std::filesystem::path root_;
  std::string config_hash_;
  int keep_;
  Warn warn_;
};

/// A generation of checkpoints as it lies on disk.
struct Generation {
  std::filesystem::path folder;
  int iteration = 0;
  std::uint64_t bytes = 0;               ///< of its files
  std::optional<double> search_seconds;  ///< empty when the manifest is damaged
  std::string problem;                   ///< why it is not valid, as one sentence; empty when it is
  bool newer_format = false;             ///< intact, but only a later version can read it
};

/// The generations of a run folder, newest first, each read and checked as a resumed run would.
/// Throws Error{resource} when the folder cannot be read.
std::vector<Generation> inspect_checkpoints(const std::filesystem::path& run_dir);

}  // namespace shoal::checkpoint
