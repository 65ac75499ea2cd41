#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "evaluation/asynchronous/block_message.hpp"
#include "evaluation/schedule/crew.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// The blocks of an asynchronous search that one rank scores, with its worker threads. Used by the driving thread.
class BlockWorkers {
 public:
  /// References must outlive it.
  BlockWorkers(const Evaluator& evaluator, const Workload& workload);
  BlockWorkers(const BlockWorkers&) = delete;
  BlockWorkers& operator=(const BlockWorkers&) = delete;
  /// Cancels what is under way and waits for it.
  ~BlockWorkers();

  void give(const BlockTask& task);
  /// Blocks scored since the last call.
  std::vector<BlockScores> take_finished();
  /// What is being worked on stops between two forward passes.
  void cancel();

  const Crew& crew() const { return crew_; }
  /// Until a thread has finished something, at most `patience`.
  void wait(std::chrono::microseconds patience) { crew_.wait(patience); }

 private:
  class Examination;  ///< what this rank holds of one evaluation

  struct Job {
    BlockName name;
    std::shared_ptr<Examination> examination;
  };

  std::shared_ptr<Examination> examination_of(const BlockTask& task);
  void work(std::int64_t number);

  const Evaluator& evaluator_;
  const Workload& workload_;
  std::vector<std::shared_ptr<Examination>> recent_;  // each with its model; the last one used comes last
  std::int64_t given_ = 0;
  std::mutex mutex_;
  std::map<std::int64_t, Job> jobs_;  // waiting or being worked on, by number
  std::vector<BlockScores> finished_;
  Crew crew_;  // last: its threads use the others
};

}  // namespace shoal::evaluation
