#pragma once

#include <optional>
#include <span>
#include <vector>

#include "evaluation/vote/answer_table.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// A wave of complete evaluations whose answers can be voted on.
struct MajorityVote {
  WaveScores wave;
  AnswerTable ballots;

  /// What a majority vote among some of its positions scores: per item, the score of the answer that wins
  /// (task::majority). `utilities`: one per voter, to break ties.
  PositionScores vote(std::span<const std::size_t> voters, std::span<const double> utilities) const;
};

/// Scores the assignments and collects their answers. Where a vote needs more of an output than its score, generation
/// does not stop early; scores are the same. Empty: interrupted. Collective.
std::optional<MajorityVote> take_vote(const Evaluator& evaluator, std::span<const Assignment> assignments,
                                      const Workload& workload);

}  // namespace shoal::evaluation
