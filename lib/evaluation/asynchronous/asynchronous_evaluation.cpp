#include "evaluation/asynchronous/asynchronous_evaluation.hpp"

#include <array>
#include <thread>
#include <utility>

#include "comm/agree.hpp"
#include "evaluation/schedule/stop_cause.hpp"

namespace shoal::evaluation {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 500us;  // at the channel, when nothing else happens

/// The worker threads of every rank.
std::vector<int> hands_of_all(const Evaluator& evaluator) {
  std::array<double, 1> mine{static_cast<double>(evaluator.options.threads)};
  std::vector<double> all(static_cast<std::size_t>(evaluator.comm.size()));
  evaluator.comm.all_gather(Buffer::of(mine), Buffer::of(all));
  return {all.begin(), all.end()};
}

}  // namespace

AsynchronousEvaluation::AsynchronousEvaluation(const Evaluator& evaluator, const Workload& workload)
    : evaluator_(evaluator), channel_(comm::make_message_channel(evaluator.comm)) {
  auto hands = hands_of_all(evaluator);
  comm::agree(evaluator.comm, [&] {
    if (is_first()) pending_.emplace(workload, std::move(hands));
    workers_ = std::make_unique<ChunkWorkers>(evaluator, workload);
  });
}

bool AsynchronousEvaluation::work_until(const std::function<bool(PendingEvaluations&)>& over) {
  evaluator_.comm.liveness().enter(evaluator_.phase);
  met_ = false;
  StopCause ending;
  comm::agree(evaluator_.comm, [&] {
    try {
      while (!met_) turn(over);
    } catch (...) {
      leave();
      throw;
    }
    waiting_.reset();
    ending = stop_cause_of(workers_->workers(), given_up_);
  });
  return !given_up_anywhere(evaluator_, ending);
}

void AsynchronousEvaluation::turn(const std::function<bool(PendingEvaluations&)>& over) {
  for (const ChunkScores& found : workers_->take_finished())
    write(0, MessageKind::scores, to_numbers(found.name, found.scores));
  while (auto received = channel_->take()) receive(std::move(*received));
  if (is_first() && !met_) coordinate(over);
  give_up_if_needed();
  note_waiting();
  if (!met_) workers_->wait(between_looks);
}

void AsynchronousEvaluation::write(int to, MessageKind message, std::vector<double> numbers) {
  channel_->send(to, static_cast<int>(message), std::move(numbers));
}

void AsynchronousEvaluation::receive(comm::Message received) {
  switch (static_cast<MessageKind>(received.kind)) {
    case MessageKind::task:
      return workers_->submit({name_in(received.numbers), content_in(received.numbers)});
    case MessageKind::scores:
      return pending_->add(received.from, {name_in(received.numbers), content_in(received.numbers)});
    case MessageKind::give_up:
      return call_meeting();
    case MessageKind::meet:
      met_ = true;
  }
}

void AsynchronousEvaluation::coordinate(const std::function<bool(PendingEvaluations&)>& over) {
  const bool enough = over(*pending_);
  while (const auto next = pending_->next())
    write(next->rank, MessageKind::task, to_numbers(next->task.name, next->task.position));
  if (enough) call_meeting();
}

void AsynchronousEvaluation::call_meeting() {
  if (std::exchange(met_, true)) return;
  for (int rank = 1; rank < evaluator_.comm.size(); ++rank) write(rank, MessageKind::meet);
}

void AsynchronousEvaluation::give_up_if_needed() {
  if (told_ || !(workers_->workers().failed() || evaluator_.interrupted())) return;
  told_ = true;
  given_up_ = !workers_->workers().failed();
  workers_->cancel();
  write(0, MessageKind::give_up);
}

/// A rank without work waits for others: nobody may blame it for not getting on.
void AsynchronousEvaluation::note_waiting() {
  const bool rests = workers_->workers().idle();
  if (rests && !waiting_) waiting_.emplace(evaluator_.comm.liveness());
  if (!rests) waiting_.reset();
}

/// This rank has failed: the others must come to the next collective, too, where they hear of it.
void AsynchronousEvaluation::leave() {
  if (is_first()) return call_meeting();
  write(0, MessageKind::give_up);
  while (!met_) {
    const auto received = channel_->take();
    if (received && static_cast<MessageKind>(received->kind) == MessageKind::meet) met_ = true;
    if (!received) std::this_thread::sleep_for(between_looks);
  }
}

}  // namespace shoal::evaluation
