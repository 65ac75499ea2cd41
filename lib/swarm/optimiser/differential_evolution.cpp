#include "swarm/optimiser/differential_evolution.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/philox.hpp"

namespace shoal::swarm {
namespace {

constexpr double difference_weight = 0.7;  // F
constexpr double crossover_rate = 0.9;     // CR

/// Three different particles, none of them `particle`: each draw is below the number of those left, in order of id.
std::vector<std::size_t> partners(const SwarmState& state, Counter counter) {
  std::vector<std::size_t> left(state.particles.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  left.erase(left.begin() + static_cast<std::ptrdiff_t>(counter.particle));
  std::vector<std::size_t> chosen;
  for (counter.index = 0; counter.index < 3; ++counter.index) {
    const auto at =
        left.begin() + static_cast<std::ptrdiff_t>(below(state.seed, counter, static_cast<std::uint32_t>(left.size())));
    chosen.push_back(*at);
    left.erase(at);
  }
  return chosen;
}

void restore_sums(Coordinates& position, int experts) {
  for (auto block = position.begin(); block != position.end(); block += experts) {
    const double missing = (1.0 - std::accumulate(block, block + experts, 0.0)) / experts;
    for (auto x = block; x != block + experts; ++x) *x += missing;
  }
}

}  // namespace

Coordinates trial_position(const SwarmState& state, int iteration, int particle) {
  Counter counter{static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(particle),
                  Purpose::differential_evolution, 0};
  const auto chosen = partners(state, counter);
  const auto& a = state.particles[chosen[0]].best_position;
  const auto& b = state.particles[chosen[1]].best_position;
  const auto& c = state.particles[chosen[2]].best_position;
  Coordinates trial = state.particles[counter.particle].best_position;
  counter.index = 3;
  const std::uint32_t certain = below(state.seed, counter, static_cast<std::uint32_t>(trial.size()));
  for (std::uint32_t k = 0; k < trial.size(); ++k) {
    counter.index = 4 + k;
    const bool crossed = k == certain || uniform(state.seed, counter) < crossover_rate;
    if (crossed) trial[k] = a[k] + difference_weight * (b[k] - c[k]);
  }
  restore_sums(trial, state.experts);
  return trial;
}

}  // namespace shoal::swarm
