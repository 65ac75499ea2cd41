#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "comm/one_sided/message_channel.hpp"
#include "evaluation/asynchronous/chunk_workers.hpp"
#include "evaluation/asynchronous/pending_evaluations.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// Evaluations that begin and end one by one while others go on. Rank 0 knows which are under way and hands their
/// blocks to ranks with a free hand, itself included; ranks only meet when rank 0 calls them. Between two such meetings
/// worker threads go on with what they have.
class AsynchronousEvaluation {
 public:
  /// Collective, and so is destruction, which drops what is under way. References must outlive it.
  AsynchronousEvaluation(const Evaluator& evaluator, const Workload& workload);

  /// Works until `over` says on rank 0 that it is time to meet. `over` is called there again and again, may begin
  /// evaluations and take complete ones. False: some rank has given up. Collective; errors of one rank are thrown on
  /// all.
  bool work_until(const std::function<bool(PendingEvaluations&)>& over);

 private:
  bool is_first() const { return evaluator_.comm.rank() == 0; }
  void write(int to, MessageKind message, std::vector<double> numbers = {});
  void turn(const std::function<bool(PendingEvaluations&)>& over);
  void receive(comm::Message received);
  void coordinate(const std::function<bool(PendingEvaluations&)>& over);
  void call_meeting();
  void give_up_if_needed();
  void note_waiting();
  void leave();

  const Evaluator& evaluator_;
  std::unique_ptr<comm::MessageChannel> channel_;
  std::optional<PendingEvaluations> pending_;  // on rank 0
  bool met_ = false;                           // the meeting was called
  bool given_up_ = false;                      // because of a signal, say; not when a task has failed
  bool told_ = false;                          // that this rank cannot go on
  std::optional<comm::Liveness::Waiting> waiting_;
  std::unique_ptr<ChunkWorkers> workers_;  // goes before the channel does
};

}  // namespace shoal::evaluation
