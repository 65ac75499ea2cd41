#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "search/workload.hpp"
#include "swarm/state.hpp"
#include "task/utility.hpp"

namespace shoal::search {

/// What an evaluation must be able to do to matter: exceed the best that it is compared with, or fall below the worst.
struct Stakes {
  double best;
  double worst;

  /// Whether an evaluation known to lie within `bounds` can do neither.
  bool out_of_reach(const task::Bounds& bounds) const { return bounds.upper <= best && bounds.lower >= worst; }
};

/// What a particle is expected to score on each item, in [0, 1]: half its own personal best, half the mean of all. They
/// are known completely whether evaluations are pruned or not.
std::vector<double> expected_scores(const swarm::SwarmState& state, std::size_t particle);

/// All items in the order that settles an evaluation soonest if it scores as expected: those it should get wrong until
/// its upper bound is down at the personal best, then those it should get right until its lower bound is up at the
/// worst, then the rest. Cut into blocks of at most `block_size`, smaller ones from where the end is expected.
/// `task_of[i]` is the task of item i.
std::vector<ItemList> blocks_by_importance(std::span<const double> expected, std::span<const std::size_t> task_of,
                                           const task::Utility& utility, const Stakes& stakes, std::size_t block_size);

/// The items whose score is not known (NaN), those expected to be right first, in small blocks.
std::vector<ItemList> easiest_unknown(std::span<const double> expected, std::span<const double> scores,
                                      std::size_t block_size);

}  // namespace shoal::search
