#include "evaluation/example_order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace shoal::evaluation {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Blocks behind the expected end are this much smaller: every item there is one too many in most cases.
constexpr std::size_t shrink = 3;

/// Items by descending key, equal keys by index.
ItemList sorted_by(std::span<const double> keys) {
  ItemList items(keys.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  std::ranges::stable_sort(items, std::ranges::greater{}, [&](std::size_t item) { return keys[item]; });
  return items;
}

/// By how much the utility falls when a task's mean does: what one wrong answer of that task is worth.
std::vector<double> sensitivities(std::span<const double> expected, std::span<const std::size_t> task_of,
                                  const task::Utility& utility) {
  constexpr double step = 0.01;
  constexpr double lowest = 0.02;  // keeps away from the harmonic mean's special case
  std::vector<double> centre(expected.begin(), expected.end());
  for (double& score : centre) score = std::max(score, lowest);
  const double value = utility.value(centre);
  std::vector<double> result(task_of.back() + 1, 0.0);
  for (std::size_t t = 0; t < result.size(); ++t) {
    std::vector<double> lowered = centre;
    for (std::size_t i = 0; i < lowered.size(); ++i) lowered[i] -= task_of[i] == t ? step : 0.0;
    result[t] = value - utility.value(lowered);
  }
  return result;
}

/// The order under construction, with the bounds that are expected after the items taken so far.
class Order {
 public:
  Order(std::span<const double> expected, const task::Utility& utility)
      : expected_(expected), utility_(utility), scores_(expected.size(), unknown) {}

  template <typename Satisfied>
  void take_until(const ItemList& candidates, Satisfied satisfied) {
    for (const std::size_t item : candidates) {
      if (satisfied(utility_.bounds(scores_))) return;
      take(item);
    }
  }

  void take_all(const ItemList& candidates) {
    for (const std::size_t item : candidates) take(item);
  }

  /// What has been taken so far is put in the order of `place`.
  void sort_by_place(std::span<const std::size_t> place) {
    std::ranges::sort(items_, {}, [&](std::size_t item) { return place[item]; });
  }

  std::size_t size() const { return items_.size(); }
  const ItemList& items() const { return items_; }

 private:
  void take(std::size_t item) {
    if (!std::isnan(scores_[item])) return;
    scores_[item] = expected_[item];
    items_.push_back(item);
  }

  std::span<const double> expected_;
  const task::Utility& utility_;
  std::vector<double> scores_;
  ItemList items_;
};

/// Appends items [begin, end) in equal blocks of at most `size`.
void append_blocks(const ItemList& items, std::size_t begin, std::size_t end, std::size_t size,
                   std::vector<ItemList>& blocks) {
  const std::size_t count = (end - begin + size - 1) / size;
  for (std::size_t b = 0; b < count; ++b) {
    const auto from = items.begin() + static_cast<std::ptrdiff_t>(begin + (end - begin) * b / count);
    const auto to = items.begin() + static_cast<std::ptrdiff_t>(begin + (end - begin) * (b + 1) / count);
    blocks.emplace_back(from, to);
  }
}

}  // namespace

std::vector<double> expected_scores(const swarm::SwarmState& state, std::size_t particle) {
  const std::vector<double>& own = state.particles[particle].best.scores;
  std::vector<double> mean(own.size(), 0.0);
  double known = 0.0;
  for (const swarm::Particle& p : state.particles) {
    if (p.best.scores.size() != own.size()) continue;  // never had a finite utility
    known += 1.0;
    for (std::size_t i = 0; i < own.size(); ++i) mean[i] += p.best.scores[i];
  }
  for (std::size_t i = 0; i < own.size(); ++i) mean[i] = std::clamp(0.5 * own[i] + 0.5 * mean[i] / known, 0.0, 1.0);
  return mean;
}

ItemKinds kinds_of(const Workload& workload) {
  ItemKinds kinds;
  for (const WorkItem& item : workload.items) kinds.task_of.push_back(item.task);
  kinds.place.resize(workload.items.size());
  std::size_t place = 0;
  for (const ItemList& block : workload.blocks) {
    for (const std::size_t item : block) kinds.place[item] = place++;
  }
  return kinds;
}

std::vector<ItemList> blocks_by_importance(std::span<const double> expected, const ItemKinds& kinds,
                                           const task::Utility& utility, const DecisionBounds& stakes,
                                           std::size_t block_size) {
  const std::vector<double> worth = sensitivities(expected, kinds.task_of, utility);
  std::vector<double> hard;
  std::vector<double> easy;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    hard.push_back((1.0 - expected[i]) * worth[kinds.task_of[i]]);
    easy.push_back(expected[i] * worth[kinds.task_of[i]]);
  }
  const ItemList hardest = sorted_by(hard);
  Order order(expected, utility);
  order.take_until(hardest, [&](const task::Bounds& bounds) { return bounds.upper <= stakes.best; });
  order.take_until(sorted_by(easy), [&](const task::Bounds& bounds) { return bounds.lower >= stakes.worst; });
  order.sort_by_place(kinds.place);
  const std::size_t end = order.size();
  order.take_all(hardest);
  std::vector<ItemList> blocks;
  append_blocks(order.items(), 0, end, block_size, blocks);
  append_blocks(order.items(), end, order.size(), std::max<std::size_t>(block_size / shrink, 1), blocks);
  return blocks;
}

std::vector<ItemList> easiest_unknown(std::span<const double> expected, std::span<const double> scores,
                                      std::size_t block_size) {
  ItemList items = sorted_by(expected);
  std::erase_if(items, [&](std::size_t item) { return !std::isnan(scores[item]); });
  std::vector<ItemList> blocks;
  append_blocks(items, 0, items.size(), std::max<std::size_t>(block_size / shrink, 1), blocks);
  return blocks;
}

}  // namespace shoal::evaluation
