#include "evaluation/vote/majority_vote.hpp"

#include <algorithm>

#include "task/majority.hpp"

namespace shoal::evaluation {

PositionScores MajorityVote::vote(std::span<const std::size_t> voters, std::span<const double> utilities) const {
  PositionScores result;
  const std::size_t items = wave.positions.front().scores.size();
  for (std::size_t item = 0; item < items; ++item) {
    const std::size_t elected = voters[task::majority(ballots.answers(voters, item), utilities)];
    result.scores.push_back(wave.positions[elected].scores[item]);
    result.parsed.push_back(wave.positions[elected].parsed[item]);
  }
  return result;
}

std::optional<MajorityVote> take_vote(const Evaluator& evaluator, std::span<const Assignment> assignments,
                                      const Workload& workload) {
  Evaluator asking = evaluator;
  if (std::ranges::any_of(evaluator.tasks, &task::Task::votes_on_text)) asking.options.early_exit = EarlyExit::off;
  AnswerTable ballots(assignments.size(), workload.items.size());
  WaveScores wave = evaluate(asking, assignments, workload, [&](std::size_t p, std::size_t i, ItemResult result) {
    ballots.set(p, i, evaluator.tasks[workload.items[i].task].ballot(result.output, result.outcome));
  });
  if (wave.interrupted) return std::nullopt;
  ballots.exchange(evaluator.comm);
  return MajorityVote{std::move(wave), std::move(ballots)};
}

}  // namespace shoal::evaluation
