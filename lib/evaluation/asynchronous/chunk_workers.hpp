#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "evaluation/asynchronous/chunk_message.hpp"
#include "evaluation/schedule/worker_pool.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// The blocks of an asynchronous search that one rank scores, with its worker threads. Used by the driving thread.
class ChunkWorkers {
 public:
  /// References must outlive it.
  ChunkWorkers(const Evaluator& evaluator, const Workload& workload);
  ChunkWorkers(const ChunkWorkers&) = delete;
  ChunkWorkers& operator=(const ChunkWorkers&) = delete;
  /// Cancels what is under way and waits for it.
  ~ChunkWorkers();

  void submit(const ChunkTask& task);
  /// Blocks scored since the last call.
  std::vector<ChunkScores> take_finished();
  /// What is being worked on stops between two forward passes.
  void cancel();

  const WorkerPool& workers() const { return workers_; }
  /// Until a thread has finished something, at most `patience`.
  void wait(std::chrono::microseconds patience) { workers_.wait(patience); }

 private:
  class Examination;  ///< what this rank holds of one evaluation

  struct Job {
    ChunkName name;
    std::shared_ptr<Examination> examination;
  };

  std::shared_ptr<Examination> examination_of(const ChunkTask& task);
  void work(std::int64_t number);

  const Evaluator& evaluator_;
  const Workload& workload_;
  std::vector<std::shared_ptr<Examination>> recent_;  // each with its model; the last one used comes last
  std::int64_t given_ = 0;
  std::mutex mutex_;
  std::map<std::int64_t, Job> jobs_;  // waiting or being worked on, by number
  std::vector<ChunkScores> finished_;
  WorkerPool workers_;  // last: its threads use the others
};

}  // namespace shoal::evaluation
