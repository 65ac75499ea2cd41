#include "swarm/dense_move.hpp"

namespace shoal::swarm {
namespace {

// Compiled once for each width of vectors; the loader picks. Sanitizers dislike that.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHOAL_CLONES
#else
#define SHOAL_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif

/// r φ / C of the four terms, and λ.
struct Factors {
  float inertia;
  float cognitive;
  float social;
  float repel;
  float step;
};

SHOAL_CLONES
void move_all(float* __restrict x, float* __restrict v, const float* __restrict p, const float* __restrict g,
              const float* __restrict g_w, const Factors f, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float velocity =
        f.inertia * v[i] + f.cognitive * (p[i] - x[i]) + f.social * (g[i] - x[i]) + f.repel * (x[i] - g_w[i]);
    v[i] = velocity;
    x[i] += f.step * velocity;
  }
}

}  // namespace

void move_dense(const DenseParticle& particle, const DenseBests& bests, double step_length, const UpdateWeights& w,
                std::size_t begin, std::size_t end) {
  const auto over_sum = [&](double weight) { return static_cast<float>(weight / w.sum); };
  Factors factors{1.0F, 0.0F, 0.0F, 0.0F, static_cast<float>(step_length)};
  if (w.sum > 0.0) {
    factors = {over_sum(w.inertia), over_sum(w.cognitive), over_sum(w.social), over_sum(w.repel), factors.step};
  }
  move_all(particle.position.data() + begin, particle.velocity.data() + begin, particle.best_position.data() + begin,
           bests.best.data() + begin, bests.worst.data() + begin, factors, end - begin);
}

}  // namespace shoal::swarm
