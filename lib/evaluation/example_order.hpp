#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "evaluation/workload.hpp"
#include "swarm/state.hpp"
#include "task/utility.hpp"

namespace shoal::evaluation {

/// What an evaluation must be able to do to matter: exceed the best that it is compared with, or fall below the worst.
struct DecisionBounds {
  double best;
  double worst;

  /// Whether an evaluation known to lie within `bounds` can do neither.
  bool out_of_reach(const task::Bounds& bounds) const { return bounds.upper <= best && bounds.lower >= worst; }
};

/// What a particle is expected to score on each item, in [0, 1]: half its own personal best, half the mean of all. They
/// are known completely whether evaluations are pruned or not.
std::vector<double> expected_scores(const swarm::SwarmState& state, std::size_t particle);

/// What an order needs to know of a workload's items.
struct ItemKinds {
  std::vector<std::size_t> task_of;
  std::vector<std::size_t> place;  ///< in the workload's own blocks, where prompts that begin alike are neighbours
};
ItemKinds kinds_of(const Workload& workload);

/// All items in blocks of at most `block_size`, such that the leading blocks settle an evaluation soonest if it scores
/// as expected. They hold those items that it should get wrong until its upper bound is down at the personal best, and
/// those that it should get right until its lower bound is up at the worst. All of these are needed, so among them the
/// order is that of their places, and prompts that begin alike are read once. The rest follows by importance in smaller
/// blocks.
std::vector<ItemList> blocks_by_importance(std::span<const double> expected, const ItemKinds& kinds,
                                           const task::Utility& utility, const DecisionBounds& stakes,
                                           std::size_t block_size);

/// The items whose score is not known (NaN), those expected to be right first, in small blocks.
std::vector<ItemList> easiest_unknown(std::span<const double> expected, std::span<const double> scores,
                                      std::size_t block_size);

}  // namespace shoal::evaluation
