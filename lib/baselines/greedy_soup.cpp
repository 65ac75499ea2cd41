#include "baselines/greedy_soup.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace shoal::baselines {
namespace {

swarm::Coordinates mean_of(std::span<const std::size_t> members, std::size_t experts) {
  swarm::Coordinates position(experts, 0.0);
  for (const std::size_t k : members) position[k] = 1.0 / static_cast<double>(members.size());
  return position;
}

std::vector<swarm::Coordinates> single_experts(std::size_t experts) {
  std::vector<swarm::Coordinates> singles;
  for (std::size_t k = 0; k < experts; ++k) singles.push_back(mean_of(std::span(&k, 1), experts));
  return singles;
}

/// What is not finite is worse than everything else.
double comparable(double utility) {
  return std::isfinite(utility) ? utility : -std::numeric_limits<double>::infinity();
}

}  // namespace

std::optional<FoundPosition> greedy_soup(std::size_t experts, const PositionScorer& score) {
  const auto alone = score(single_experts(experts));
  if (!alone) return std::nullopt;
  std::vector<std::size_t> order(experts);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t k) { return comparable((*alone)[k]); });
  std::vector<std::size_t> members{order.front()};
  FoundPosition found{mean_of(members, experts), (*alone)[order.front()], static_cast<std::int64_t>(experts)};
  for (const std::size_t k : std::span(order).subspan(1)) {
    members.push_back(k);
    swarm::Coordinates position = mean_of(members, experts);
    const auto utility = score(std::span(&position, 1));
    if (!utility) return std::nullopt;
    ++found.evaluations;
    if (comparable(utility->front()) >= comparable(found.utility)) {
      found.position = std::move(position);
      found.utility = utility->front();
    } else {
      members.pop_back();
    }
  }
  return found;
}

}  // namespace shoal::baselines
