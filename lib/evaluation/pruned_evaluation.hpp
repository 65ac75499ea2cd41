#pragma once

#include <optional>
#include <vector>

#include "evaluation/dense_positions.hpp"
#include "evaluation/wave.hpp"
#include "swarm/evaluation.hpp"
#include "swarm/proposal.hpp"
#include "swarm/settings.hpp"
#include "task/utility.hpp"

namespace shoal::evaluation {

/// What pruning works with; references must outlive the calls.
struct PruningSetup {
  const Evaluator& evaluator;
  const Workload& workload;
  const task::Utility& utility;
  const swarm::Settings& settings;
  std::size_t block_size;
  const DensePositions* dense = nullptr;  ///< where the particles are, when positions are dense
};

/// Evaluates the particles that the proposal wants evaluated, each only until it is certain that it neither beats its
/// personal best or g nor falls below the worst, all as of `before`. Such an evaluation comes back as bounds. With a
/// windowed worst the lowest of this iteration will be compared with later ones, so it is settled here: it comes back
/// complete, and every lower bound lies above it. No decision of the swarm differs from what complete evaluations would
/// give. Collective. Empty: the wave was given up.
std::optional<std::vector<swarm::Evaluation>> evaluate_pruned(const PruningSetup& setup,
                                                              const swarm::SwarmState& before,
                                                              const swarm::Proposal& proposal);

}  // namespace shoal::evaluation
