#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shoal::swarm {

/// How fast CMA-ES learns: the defaults of Hansen's tutorial (arXiv 1604.00772, table 1), positive weights only.
struct CmaEsConstants {
  double mu_eff;         ///< selection mass of the weights, 1 / sum_i w_i^2
  double path_c;         ///< c_c, of the covariance's path
  double path_sigma;     ///< c_σ, of the step size's path
  double rank_one;       ///< c_1
  double rank_mu;        ///< c_μ
  double damping;        ///< d_σ
  double expected_norm;  ///< E‖N(0, I)‖ in d dimensions
};

/// w_i ~ ln((λ + 1) / 2) - ln i of the better half of a generation, which sum to 1.
std::vector<double> recombination_weights(std::size_t population);

CmaEsConstants cma_es_constants(std::span<const double> weights, std::size_t dimensions);

}  // namespace shoal::swarm
