#include "evaluation/asynchronous/asynchronous_evaluation.hpp"

#include <array>
#include <thread>
#include <utility>

#include "comm/agree.hpp"
#include "evaluation/schedule/ending.hpp"

namespace shoal::evaluation {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 500us;  // at the mailbox, when nothing else happens

/// The worker threads of every rank.
std::vector<int> hands_of_all(const Evaluator& evaluator) {
  std::array<double, 1> mine{static_cast<double>(evaluator.options.threads)};
  std::vector<double> all(static_cast<std::size_t>(evaluator.comm.size()));
  evaluator.comm.all_gather(Buffer::of(mine), Buffer::of(all));
  return {all.begin(), all.end()};
}

}  // namespace

AsynchronousEvaluation::AsynchronousEvaluation(const Evaluator& evaluator, const Workload& workload)
    : evaluator_(evaluator), mailbox_(comm::make_mailbox(evaluator.comm)) {
  auto hands = hands_of_all(evaluator);
  comm::agree(evaluator.comm, [&] {
    if (is_first()) under_way_.emplace(workload, std::move(hands));
    workers_ = std::make_unique<BlockWorkers>(evaluator, workload);
  });
}

bool AsynchronousEvaluation::work_until(const std::function<bool(UnderWay&)>& over) {
  evaluator_.comm.pulse().enter(evaluator_.phase);
  met_ = false;
  Ending ending;
  comm::agree(evaluator_.comm, [&] {
    try {
      while (!met_) turn(over);
    } catch (...) {
      leave();
      throw;
    }
    waiting_.reset();
    ending = ending_of(workers_->crew(), given_up_);
  });
  return !given_up_anywhere(evaluator_, ending);
}

void AsynchronousEvaluation::turn(const std::function<bool(UnderWay&)>& over) {
  for (const BlockScores& found : workers_->take_finished())
    write(0, Message::scores, to_numbers(found.name, found.scores));
  while (auto letter = mailbox_->take()) receive(std::move(*letter));
  if (is_first() && !met_) coordinate(over);
  give_up_if_needed();
  note_waiting();
  if (!met_) workers_->wait(between_looks);
}

void AsynchronousEvaluation::write(int to, Message message, std::vector<double> numbers) {
  mailbox_->send(to, static_cast<int>(message), std::move(numbers));
}

void AsynchronousEvaluation::receive(comm::Letter letter) {
  switch (static_cast<Message>(letter.kind)) {
    case Message::task:
      return workers_->give({name_in(letter.numbers), content_in(letter.numbers)});
    case Message::scores:
      return under_way_->add(letter.from, {name_in(letter.numbers), content_in(letter.numbers)});
    case Message::give_up:
      return call_meeting();
    case Message::meet:
      met_ = true;
  }
}

void AsynchronousEvaluation::coordinate(const std::function<bool(UnderWay&)>& over) {
  const bool enough = over(*under_way_);
  while (const auto next = under_way_->next())
    write(next->rank, Message::task, to_numbers(next->task.name, next->task.position));
  if (enough) call_meeting();
}

void AsynchronousEvaluation::call_meeting() {
  if (std::exchange(met_, true)) return;
  for (int rank = 1; rank < evaluator_.comm.size(); ++rank) write(rank, Message::meet);
}

void AsynchronousEvaluation::give_up_if_needed() {
  if (told_ || !(workers_->crew().failed() || evaluator_.interrupted())) return;
  told_ = true;
  given_up_ = !workers_->crew().failed();
  workers_->cancel();
  write(0, Message::give_up);
}

/// A rank without work waits for others: nobody may blame it for not getting on.
void AsynchronousEvaluation::note_waiting() {
  const bool rests = workers_->crew().resting();
  if (rests && !waiting_) waiting_.emplace(evaluator_.comm.pulse());
  if (!rests) waiting_.reset();
}

/// This rank has failed: the others must come to the next collective, too, where they hear of it.
void AsynchronousEvaluation::leave() {
  if (is_first()) return call_meeting();
  write(0, Message::give_up);
  while (!met_) {
    const auto letter = mailbox_->take();
    if (letter && static_cast<Message>(letter->kind) == Message::meet) met_ = true;
    if (!letter) std::this_thread::sleep_for(between_looks);
  }
}

}  // namespace shoal::evaluation
