#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <optional>

#include "base/background_task.hpp"
#include "base/clock.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/rank_checkpoint.hpp"
#include "comm/communicator.hpp"
#include "config/run_config.hpp"
#include "results/history/examples_store.hpp"
#include "results/history/line_log.hpp"
#include "results/history/tensorboard.hpp"
#include "results/run_lock.hpp"
#include "swarm/dense/dense_swarm.hpp"
#include "swarm/swarm.hpp"

namespace shoal::search {

enum class ResumePolicy { automatic, never, require };

/// Writes a run folder while a search goes on. Only rank 0 touches the disk, but for the weight vectors of dense
/// positions; every function is collective, so that a full disk stops all ranks with the same sentence.
class Recorder {
 public:
  /// Locks the run folder. Throws Error{resource} when it cannot be used.
  Recorder(const comm::Communicator& comm, const config::RunConfig& config, std::shared_ptr<spdlog::logger> log);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  /// Waits for the last checkpoint, if that can still be completed.
  ~Recorder();

  /// The newest valid checkpoint, on every rank; history and side files are cut back to it. Empty: start anew (which
  /// clears what an earlier search left). Throws Error{input} for `require` without a checkpoint, Error{usage} for a
  /// checkpoint of another configuration.
  std::optional<checkpoint::Checkpoint> resume(ResumePolicy policy);

  /// One finished iteration: `evaluations[j]` belongs to particle ids[j]. Throws Error{resource}, also for a checkpoint
  /// that could not be written meanwhile.
  void record(const swarm::IterationRecord& record, const std::vector<int>& ids,
              const std::vector<swarm::Evaluation>& evaluations, double seconds);

  /// Takes a snapshot and writes it while the search goes on; waits first for the one before it. Throws Error{resource}
  /// for that one. `dense`: this rank's weight vectors, when positions are dense. Every rank writes its own, from where
  /// they lie: they must not change before `flush`.
  void checkpoint(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm* dense = nullptr);

  /// The weight vectors of a checkpoint: those that `dense` owns, and on rank 0 the common ones. Throws Error{input}.
  void load(const swarm::SwarmState& state, swarm::DenseSwarm& dense);

  /// Waits until the last checkpoint counts. Throws Error{resource} when it could not be written.
  void flush();
  /// For the reader of the log; not collective.
  void warn(const std::string& text) const { log_->warn(text); }

  /// Any other file of the run folder, written atomically.
  void write(const std::string& name, const std::string& text);

 private:
  void on_rank_0(const std::function<void()>& work) const;
  void start_anew();
  void cut_back(int iteration);
  void start_writing(const swarm::SwarmState& state, double search_seconds);
  void checkpoint_dense(const swarm::SwarmState& state, double search_seconds, const swarm::DenseSwarm& dense);
  void take_over_dense();
  void give_up();

  /// A checkpoint of dense positions that is under way.
  struct Pending {
    int iteration;
    Stopwatch since;
    double waited;         ///< seconds that the search has spent on it
    double seconds = 0.0;  ///< until it counted; known on rank 0
  };

  const comm::Communicator& comm_;
  std::filesystem::path folder_;
  std::shared_ptr<spdlog::logger> log_;
  std::optional<results::RunLock> lock_;
  checkpoint::CheckpointStore checkpoints_;
  results::LineLog history_;
  results::LineLog metrics_;
  results::ExamplesStore examples_;
  std::optional<results::TensorBoardLog> events_;
  checkpoint::RankCheckpoint rank_files_;
  std::optional<Pending> pending_;
  BackgroundTask writer_;  // last: it uses the others until it is gone
};

}  // namespace shoal::search
