#pragma once

#include <vector>

#include "evaluation/wave.hpp"
#include "swarm/evaluation.hpp"
#include "task/utility.hpp"

namespace shoal::evaluation {

/// The utility of a position of which every item was scored.
swarm::Evaluation to_evaluation(std::vector<double> scores, const task::Utility& utility);

/// Utilities of the positions of one wave, all of them completely scored.
std::vector<swarm::Evaluation> to_evaluations(const WaveScores& wave, const task::Utility& utility);

}  // namespace shoal::evaluation
