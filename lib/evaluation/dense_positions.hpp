#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "comm/communicator.hpp"
#include "evaluation/wave.hpp"
#include "swarm/dense/dense_swarm.hpp"
#include "swarm/record.hpp"
#include "weights/flat_layout.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::evaluation {

/// How the positions of a pool lie in a vector.
weights::FlatLayout layout_of(const weights::ExpertPool& pool);

/// Dense positions of a search: every particle's weight vector on the rank that owns it, g and g_w on all. The swarm's
/// decisions are made elsewhere, on all ranks alike; this class makes the weights follow them. `comm` and `pool`
/// outlive it.
class DensePositions {
 public:
  DensePositions(const comm::Communicator& comm, const weights::ExpertPool& pool, const swarm::Settings& settings,
                 int threads);

  /// Iteration 0: takes the proposal's coordinates over into weights, and out of the proposal.
  void start(swarm::Proposal& proposal);

  /// After every rank has read what it owns from a checkpoint: g and g_w go from their owners to all. Collective.
  void resume();

  /// Moves this rank's particles as proposed, unless a checkpoint has brought them as they are after this move; `seed`:
  /// of the run.
  void move(const swarm::Proposal& proposal, std::uint64_t seed);

  /// Follows the decisions of the iteration that `state` has completed; new g and g_w go from their owners to all
  /// ranks. Collective.
  void follow(const swarm::SwarmState& state);

  /// Adds to a history line what it says about weight vectors. Collective.
  void describe(swarm::IterationRecord& record) const;

  /// The present position of a particle, to be evaluated by its owner.
  DenseView position(int id) const;
  /// The same for its personal best.
  DenseView best_position(int id) const;
  /// A finalist's position (g, or a personal best).
  DenseView finalist(const swarm::Incumbent& extreme) const;

  /// The weights of a finalist on every rank. Collective.
  std::vector<float> collect(const swarm::Incumbent& extreme) const;

  weights::ModelDelta model(std::span<const float> weights) const { return layout_.view(weights); }

  swarm::DenseSwarm& swarm() { return swarm_; }
  const swarm::DenseSwarm& swarm() const { return swarm_; }

 private:
  DenseView view(int id, std::span<const float> weights) const;
  int owner(int id) const;

  const comm::Communicator& comm_;
  const weights::ExpertPool& pool_;
  const swarm::Settings& settings_;
  int threads_;
  weights::FlatLayout layout_;
  swarm::DenseSwarm swarm_;
};

}  // namespace shoal::evaluation
