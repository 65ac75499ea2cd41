#include "evaluation/score_table.hpp"

namespace shoal::evaluation {

PositionScores read_scores(const ScoreTable& table, std::size_t position, const Assignment& assignment,
                           std::size_t items) {
  PositionScores result;
  result.scores = scores_before(assignment, items);
  result.parsed.assign(items, false);
  for (const ItemList& block : assignment.blocks) {
    result.cut = assignment.enough && assignment.enough(result.scores);
    if (result.cut) break;
    for (const std::size_t item : block) {
      result.scores[item] = table.score(position, item);
      result.parsed[item] = table.parsed(position, item);
    }
  }
  return result;
}

}  // namespace shoal::evaluation
