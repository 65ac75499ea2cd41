#include "swarm/dense/sparse_move.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace shoal::swarm {
namespace {

using Four = std::array<float, 4>;

Four directions(const DenseParticle& particle, const DenseBests& bests, std::size_t k) {
  const float x = particle.position[k];
  return {particle.velocity[k], particle.best_position[k] - x, bests.best[k] - x, x - bests.worst[k]};
}

Four trimmed(Four d, const Thresholds& thresholds) {
  for (std::size_t j = 0; j < d.size(); ++j) {
    if (std::abs(d[j]) < thresholds[j]) d[j] = 0.0F;
  }
  return d;
}

Four dropped(Four d, const SparseRule& rule, std::size_t k) {
  const auto words = random_words(rule.where.seed, rule.where.at(Purpose::dare_mask, k));
  const double limit = rule.density * 0x1.0p32;
  const auto scale = static_cast<float>(1.0 / rule.density);
  for (std::size_t j = 0; j < d.size(); ++j) d[j] = words[j] < limit ? d[j] * scale : 0.0F;
  return d;
}

float elected_mean(const Four& d, const Four& w) {
  float balance = 0.0F;
  for (std::size_t j = 0; j < d.size(); ++j) balance += w[j] * d[j];
  float sum = 0.0F;
  float weight = 0.0F;
  for (std::size_t j = 0; j < d.size(); ++j) {
    const bool agrees = balance > 0.0F ? d[j] > 0.0F : balance < 0.0F && d[j] < 0.0F;
    if (!agrees) continue;
    sum += w[j] * d[j];
    weight += w[j];
  }
  return weight > 0.0F ? sum / weight : 0.0F;
}

}  // namespace

Thresholds trim_thresholds(const DenseParticle& particle, const DenseBests& bests, double density) {
  const std::size_t length = particle.position.size();
  const auto kept = static_cast<std::size_t>(std::ceil(density * static_cast<double>(length)));
  Thresholds thresholds{};
  if (kept == 0 || kept >= length) return thresholds;
  std::vector<float> magnitudes(length);
  for (std::size_t j = 0; j < thresholds.size(); ++j) {
    for (std::size_t k = 0; k < length; ++k) magnitudes[k] = std::abs(directions(particle, bests, k)[j]);
    const auto last_kept = magnitudes.begin() + static_cast<std::ptrdiff_t>(kept - 1);
    std::ranges::nth_element(magnitudes, last_kept, std::greater{});
    thresholds[j] = *last_kept;
  }
  return thresholds;
}

void move_sparsely(const DenseParticle& particle, const DenseBests& bests, double step_length, const UpdateWeights& w,
                   const SparseRule& rule, std::size_t begin, std::size_t end) {
  const auto step = static_cast<float>(step_length);
  const Four weights{static_cast<float>(w.inertia), static_cast<float>(w.cognitive), static_cast<float>(w.social),
                     static_cast<float>(w.repel)};
  for (std::size_t k = begin; k < end; ++k) {
    const Four all = directions(particle, bests, k);
    const Four some = rule.velocity == VelocityRule::ties ? trimmed(all, rule.thresholds) : dropped(all, rule, k);
    if (w.sum > 0.0) particle.velocity[k] = elected_mean(some, weights);
    particle.position[k] += step * particle.velocity[k];
  }
}

}  // namespace shoal::swarm
