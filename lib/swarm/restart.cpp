#include "swarm/restart.hpp"

#include <algorithm>

namespace shoal::swarm {

bool due_for_restart(const Particle& particle, const Settings& settings) {
  if (particle.invalid) return true;
  // The published code counts from the entry that reached the best, itself included: one evaluation earlier.
  const int waited = settings.rules == Rules::published_code ? particle.age + 1 : particle.age;
  return waited >= settings.restart_patience;
}

void restart(Particle& particle, const Settings& settings) {
  particle.position = particle.best_position;
  std::ranges::fill(particle.velocity, 0.0);
  particle.invalid = false;
  if (settings.restart_mode == RestartMode::sticky) return;  // stays due until it improves
  particle.age = 0;
  particle.cool_down = settings.restart_cool_down;
}

}  // namespace shoal::swarm
