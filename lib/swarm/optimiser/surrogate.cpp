#include "swarm/optimiser/surrogate.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace shoal::swarm {
namespace {

constexpr std::size_t neighbours = 5;

struct Neighbour {
  double squared_distance;
  double utility;
};

double squared_distance(std::span<const double> a, std::span<const double> b) {
  double squares = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) squares += (a[k] - b[k]) * (a[k] - b[k]);
  return squares;
}

}  // namespace

double guess_utility(std::span<const double> archive, const Coordinates& position) {
  const std::size_t width = position.size() + 1;
  std::vector<Neighbour> all;
  for (std::size_t begin = 0; begin < archive.size(); begin += width) {
    all.push_back({squared_distance(archive.subspan(begin + 1, width - 1), position), archive[begin]});
  }
  std::ranges::stable_sort(all, {}, &Neighbour::squared_distance);
  if (all.front().squared_distance == 0.0) return all.front().utility;
  double sum = 0.0;
  double weights = 0.0;
  for (const auto& [squares, utility] : std::span(all).first(std::min(neighbours, all.size()))) {
    sum += utility / squares;
    weights += 1.0 / squares;
  }
  return sum / weights;
}

}  // namespace shoal::swarm
