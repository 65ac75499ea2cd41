#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <optional>

#include "comm/communicator.hpp"
#include "io/checkpoint.hpp"
#include "io/examples_store.hpp"
#include "io/history.hpp"
#include "io/run_config.hpp"
#include "io/run_lock.hpp"
#include "io/tensorboard.hpp"
#include "swarm/dense_swarm.hpp"
#include "swarm/swarm.hpp"

namespace shoal::search {

enum class ResumePolicy { automatic, never, require };

/// Writes a run folder while a search goes on. Only rank 0 touches the disk; every function is collective, so that a
/// full disk there stops all ranks with the same sentence.
class Recorder {
 public:
  /// Locks the run folder. Throws Error{resource} when it cannot be used.
  Recorder(const comm::Communicator& comm, const io::RunConfig& config, std::shared_ptr<spdlog::logger> log);

  /// The newest valid checkpoint, on every rank; history and side files are cut back to it. Empty: start anew (which
  /// clears what an earlier search left). Throws Error{input} for `require` without a checkpoint, Error{usage} for a
  /// checkpoint of another configuration.
  std::optional<io::Checkpoint> resume(ResumePolicy policy);

  /// One finished iteration: `evaluations[j]` belongs to particle ids[j].
  void record(const swarm::IterationRecord& record, const std::vector<int>& ids,
              const std::vector<swarm::Evaluation>& evaluations, double seconds);

  /// `dense`: this rank's weight vectors, when positions are dense; then every rank writes a file.
  void checkpoint(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm* dense = nullptr);

  /// The weight vectors of a checkpoint: those that `dense` owns, and on rank 0 the common ones. Throws Error{input}.
  void load(const swarm::SwarmState& state, swarm::DenseSwarm& dense);

  /// Any other file of the run folder, written atomically.
  void write(const std::string& name, const std::string& text);

 private:
  void on_rank_0(const std::function<void()>& work) const;
  void start_anew();
  void cut_back(int iteration);
  void dense_checkpoint(const io::Checkpoint& checkpoint, const swarm::DenseSwarm& dense);
  std::vector<io::Manifest::File> write_rank_files(int iteration, const swarm::DenseSwarm& dense);

  const comm::Communicator& comm_;
  std::filesystem::path folder_;
  std::shared_ptr<spdlog::logger> log_;
  std::optional<io::RunLock> lock_;
  io::CheckpointStore checkpoints_;
  io::LineLog history_;
  io::LineLog metrics_;
  io::ExamplesStore examples_;
  std::optional<io::TensorBoardLog> events_;
};

}  // namespace shoal::search
