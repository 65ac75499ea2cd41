#include "swarm/coordinates.hpp"

#include <cstddef>

namespace shoal::swarm {

Coordinates expert_position(int expert, int experts, int blocks) {
  Coordinates position(static_cast<std::size_t>(experts * blocks), 0.0);
  for (int b = 0; b < blocks; ++b) position[static_cast<std::size_t>(b * experts + expert)] = 1.0;
  return position;
}

Coordinates crossover(const Coordinates& a, const Coordinates& b, double t) {
  Coordinates child(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) child[k] = t * a[k] + (1.0 - t) * b[k];
  return child;
}

Coordinates difference(const Coordinates& a, const Coordinates& b) {
  Coordinates result(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) result[k] = a[k] - b[k];
  return result;
}

}  // namespace shoal::swarm
