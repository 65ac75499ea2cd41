#include "swarm/warm_start.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace shoal::swarm {

std::vector<WarmPosition> warm_positions(const SwarmState& state) {
  std::vector<const Particle*> order;
  for (const Particle& p : state.particles) {
    if (std::isfinite(p.best_utility) && !p.best_position.empty()) order.push_back(&p);
  }
  std::ranges::stable_sort(order, std::ranges::greater{}, [](const Particle* p) { return p->best_utility; });
  std::vector<WarmPosition> positions;
  for (const Particle* p : order) {
    if (std::ranges::find(positions, p->best_position, &WarmPosition::position) != positions.end()) continue;
    positions.push_back({static_cast<int>(p - state.particles.data()), p->best_position});
  }
  return positions;
}

}  // namespace shoal::swarm
