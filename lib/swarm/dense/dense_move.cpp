#include "swarm/dense/dense_move.hpp"

namespace shoal::swarm {
namespace {

// Compiled once for each width of vectors; the loader picks. Sanitizers dislike that.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHOAL_CLONES
#else
#define SHOAL_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif

SHOAL_CLONES
void move_all(float* __restrict x, float* __restrict v, const float* __restrict p, const float* __restrict g,
              const float* __restrict g_w, const MoveFactors f, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float velocity =
        f.inertia * v[i] + f.cognitive * (p[i] - x[i]) + f.social * (g[i] - x[i]) + f.repel * (x[i] - g_w[i]);
    v[i] = velocity;
    x[i] += f.step * velocity;
  }
}

}  // namespace

MoveFactors move_factors(const UpdateWeights& w, double step_length) {
  const auto step = static_cast<float>(step_length);
  if (w.sum <= 0.0) return {1.0F, 0.0F, 0.0F, 0.0F, step};
  const auto over_sum = [&](double weight) { return static_cast<float>(weight / w.sum); };
  return {over_sum(w.inertia), over_sum(w.cognitive), over_sum(w.social), over_sum(w.repel), step};
}

void move_dense(const DenseParticle& particle, const DenseBests& bests, double step_length, const UpdateWeights& w,
                std::size_t begin, std::size_t end) {
  move_all(particle.position.data() + begin, particle.velocity.data() + begin, particle.best_position.data() + begin,
           bests.best.data() + begin, bests.worst.data() + begin, move_factors(w, step_length), end - begin);
}

}  // namespace shoal::swarm
