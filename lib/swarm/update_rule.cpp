#include "swarm/update_rule.hpp"

#include <algorithm>

namespace shoal::swarm {

UpdateWeights update_weights(const Settings& settings, const UpdateDraws& draws) {
  // C = r_v φ_v + r_p φ_p + r_g φ_g + r_w φ_w      (an unused draw is 1; without the repel term its φ is 0)
  UpdateWeights w{};
  w.inertia = draws.inertia.value_or(1.0) * settings.inertia;
  w.cognitive = draws.cognitive.value_or(1.0) * settings.cognitive_coeff;
  w.social = draws.social.value_or(1.0) * settings.social_coeff;
  w.repel = settings.repel_term ? draws.repel.value_or(1.0) * settings.repel_coeff : 0.0;
  w.sum = w.inertia + w.cognitive + w.social + w.repel;
  return w;
}

double next_step_length(double step_length, const Settings& settings) {
  // λ <- max(λ φ_λ, minimum_step_length)
  return std::max(step_length * settings.step_length_factor, settings.minimum_step_length);
}

void move(Particle& particle, const Coordinates& global_best, const Coordinates& global_worst, double step_length,
          std::span<const UpdateWeights> weights) {
  const std::size_t coordinates = particle.position.size() / weights.size();  // of a block
  for (std::size_t k = 0; k < particle.position.size(); ++k) {
    const UpdateWeights& w = weights[k / coordinates];
    double& v = particle.velocity[k];
    double& x = particle.position[k];
    const double p = particle.best_position[k];
    const double g = global_best[k];
    const double g_w = global_worst[k];
    // All draws 0 at once: the velocity has no direction to take, and keeps the one it has.
    const bool directed = w.sum > 0.0;
    // v <- ( r_v φ_v v + r_p φ_p (p - x) + r_g φ_g (g - x) + r_w φ_w (x - g_w) ) / C
    if (directed) v = (w.inertia * v + w.cognitive * (p - x) + w.social * (g - x) + w.repel * (x - g_w)) / w.sum;
    // x <- x + λ v
    x = x + step_length * v;
  }
}

}  // namespace shoal::swarm
