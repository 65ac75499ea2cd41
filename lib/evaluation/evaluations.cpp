#include "evaluation/evaluations.hpp"

#include <utility>

namespace shoal::evaluation {

swarm::Evaluation to_evaluation(std::vector<double> scores, const task::Utility& utility) {
  const double value = utility.value(scores);
  return {value, std::move(scores)};
}

std::vector<swarm::Evaluation> to_evaluations(const WaveScores& wave, const task::Utility& utility) {
  std::vector<swarm::Evaluation> evaluations;
  for (const PositionScores& position : wave.positions) evaluations.push_back(to_evaluation(position.scores, utility));
  return evaluations;
}

}  // namespace shoal::evaluation
