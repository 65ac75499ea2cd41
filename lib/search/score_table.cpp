#include "search/score_table.hpp"

#include <limits>

namespace shoal::search {

PositionScores read_scores(const ScoreTable& table, std::size_t position, const Assignment& assignment,
                           std::size_t items) {
  PositionScores result;
  result.scores = assignment.known;
  result.scores.resize(items, std::numeric_limits<double>::quiet_NaN());
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

}  // namespace shoal::search
