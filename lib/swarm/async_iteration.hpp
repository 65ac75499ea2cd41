#pragma once

#include <vector>

#include "swarm/swarm.hpp"

namespace shoal::swarm {

/// In which order an asynchronous search has taken its evaluations: element k - 1 lists the particles of iteration k.
using EventOrder = std::vector<std::vector<int>>;

/// An iteration of an asynchronous search: evaluations are taken one by one, in any order. Each updates the bests at
/// once, and its particle moves on by the bests of that moment. Nothing depends on anything but the state before and
/// the order, so who takes the same evaluations in the same order arrives at the same bits.
class AsyncIteration {
 public:
  /// Of the proposed iteration. `settings` and `paired_test` must outlive it.
  AsyncIteration(const SwarmState& before, Proposal proposal, const Settings& settings, const PairedTest& paired_test);

  /// Takes a particle's evaluation of this iteration. Throws Error{input} when more than max_invalid utilities of the
  /// run were not finite.
  void take(int particle, const Evaluation& evaluation);

  int iteration() const { return state_.iteration; }
  /// The particles whose evaluations were taken, in that order.
  const std::vector<int>& order() const { return order_; }
  /// Whether every evaluation of the iteration was taken.
  bool over() const { return order_.size() == state_.particles.size(); }
  /// Where a particle goes for its next evaluation. Its evaluation of this iteration must have been taken.
  const Coordinates& next_position(int particle) const {
    return state_.moves[static_cast<std::size_t>(particle)].position;
  }
  /// By particle; of those that were taken.
  const std::vector<Evaluation>& evaluations() const { return evaluations_; }

  /// What has become of it, once it is over.
  Step step() const;

 private:
  Proposal proposal_;
  const Settings& settings_;
  const PairedTest& paired_test_;
  SwarmState state_;
  std::vector<Evaluation> evaluations_;
  std::vector<PromotionTest> tests_;
  std::vector<int> order_;
};

}  // namespace shoal::swarm
