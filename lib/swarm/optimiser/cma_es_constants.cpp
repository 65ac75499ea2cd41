#include "swarm/optimiser/cma_es_constants.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace shoal::swarm {

std::vector<double> recombination_weights(std::size_t population) {
  std::vector<double> weights;
  for (std::size_t i = 1; i <= std::max<std::size_t>(population / 2, 1); ++i) {
    weights.push_back(std::log((static_cast<double>(population) + 1.0) / 2.0) - std::log(static_cast<double>(i)));
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& w : weights) w /= sum;
  return weights;
}

CmaEsConstants cma_es_constants(std::span<const double> weights, std::size_t dimensions) {
  const auto d = static_cast<double>(dimensions);
  double squares = 0.0;
  for (const double w : weights) squares += w * w;
  CmaEsConstants c{};
  c.mu_eff = 1.0 / squares;
  c.path_c = (4.0 + c.mu_eff / d) / (d + 4.0 + 2.0 * c.mu_eff / d);
  c.path_sigma = (c.mu_eff + 2.0) / (d + c.mu_eff + 5.0);
  c.rank_one = 2.0 / ((d + 1.3) * (d + 1.3) + c.mu_eff);
  c.rank_mu = std::min(1.0 - c.rank_one, 2.0 * (c.mu_eff - 2.0 + 1.0 / c.mu_eff) / ((d + 2.0) * (d + 2.0) + c.mu_eff));
  c.damping = 1.0 + 2.0 * std::max(0.0, std::sqrt((c.mu_eff - 1.0) / (d + 1.0)) - 1.0) + c.path_sigma;
  c.expected_norm = std::sqrt(d) * (1.0 - 1.0 / (4.0 * d) + 1.0 / (21.0 * d * d));
  return c;
}

}  // namespace shoal::swarm
