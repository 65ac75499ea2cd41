#include "swarm/optimiser/free_coordinates.hpp"

#include <cmath>
#include <cstddef>

namespace shoal::swarm {
namespace {

double length_of(std::size_t j) { return std::sqrt(static_cast<double>(j * (j + 1))); }

}  // namespace

std::vector<double> to_free(const Coordinates& position, int experts) {
  const auto n = static_cast<std::size_t>(experts);
  std::vector<double> free;
  for (std::size_t begin = 0; begin < position.size(); begin += n) {
    double ones = 0.0;  // x_1 + … + x_j
    for (std::size_t j = 1; j < n; ++j) {
      ones += position[begin + j - 1];
      free.push_back((ones - static_cast<double>(j) * position[begin + j]) / length_of(j));
    }
  }
  return free;
}

Coordinates from_free(std::span<const double> free, int experts) {
  const auto n = static_cast<std::size_t>(experts);
  Coordinates position;
  for (std::size_t begin = 0; begin < free.size(); begin += n - 1) {
    // From the last coefficient down: x_j takes its -j, and all before it take the ones of that direction.
    std::vector<double> block(n, 1.0 / static_cast<double>(n));
    double ones = 0.0;
    for (std::size_t j = n - 1; j > 0; --j) {
      const double q = free[begin + j - 1] / length_of(j);
      block[j] += ones - static_cast<double>(j) * q;
      ones += q;
    }
    block[0] += ones;
    position.insert(position.end(), block.begin(), block.end());
  }
  return position;
}

}  // namespace shoal::swarm
