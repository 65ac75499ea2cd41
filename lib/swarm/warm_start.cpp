#include "swarm/warm_start.hpp"

#include <algorithm>
#include <utility>

#include "swarm/stopping.hpp"

namespace shoal::swarm {

std::vector<WarmPosition> warm_positions(const SwarmState& state) {
  std::vector<WarmPosition> positions;
  for (Incumbent& best : best_personal_bests(state, static_cast<int>(state.particles.size()))) {
    if (best.position.empty() || std::ranges::count(positions, best.position, &WarmPosition::position) > 0) continue;
    positions.push_back({best.particle, std::move(best.position)});
  }
  return positions;
}

}  // namespace shoal::swarm
