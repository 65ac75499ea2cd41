#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "swarm/draws.hpp"
#include "swarm/evaluation.hpp"
#include "swarm/proposal.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// What a history line says of a dense position, whose numbers are too many to be written down.
struct DenseNorms {
  double position = 0.0;          ///< ‖x‖
  double velocity = 0.0;          ///< ‖v‖
  double distance_to_best = 0.0;  ///< ‖x - g‖, g as of the end of the iteration
};

/// One particle's part of a history line.
struct ParticleRecord {
  int id = 0;
  Coordinates position;  ///< empty for dense positions, and so is the velocity
  Coordinates velocity;
  double utility = 0.0;  ///< not finite: written as null
  bool stale = false;
  std::size_t examples = 0;  ///< scored in this iteration
  bool restarted = false;
  double best_utility = 0.0;
  int best_iteration = 0;
  ParticleDraws draws;
  std::optional<Interval> bounds = std::nullopt;  ///< of a pruned evaluation; `utility` is then the upper one
  std::optional<DenseNorms> norms = std::nullopt;
};

/// One test of paired promotion.
struct PromotionTest {
  int particle = 0;
  double difference = 0.0;
  double standard_error = 0.0;
  bool promoted = false;
};

struct IncumbentRecord {
  int particle = 0;
  int iteration = 0;
  double utility = 0.0;
};

/// One line of history.jsonl: with the previous line and the configuration, every number in it can be recomputed.
struct IterationRecord {
  int iteration = 0;
  std::optional<double> step_length;  ///< λ used in this iteration; empty at iteration 0
  bool evaluated = true;
  std::vector<ParticleRecord> particles;
  IncumbentRecord global_best;
  IncumbentRecord global_worst;
  std::vector<PromotionTest> promotions;
  int blocks = 1;                 ///< of layers: positions, velocities and draws are written as so many lists
  bool paired_promotion = false;  ///< whether `promotions` belongs into the line
  std::vector<int> order;         ///< in which evaluations were taken, by particle; empty where all were at once
};

/// What there is to say of an iteration that has led to `state`. `evaluations[j]` belongs to particle
/// proposal.to_evaluate()[j].
IterationRecord record_of(const SwarmState& state, const Proposal& proposal, const Settings& settings,
                          const std::vector<Evaluation>& evaluations);

}  // namespace shoal::swarm
