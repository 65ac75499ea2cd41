#include "swarm/optimiser/cma_es.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "swarm/optimiser/cma_es_constants.hpp"
#include "swarm/optimiser/free_coordinates.hpp"
#include "swarm/optimiser/symmetric_eigen.hpp"

namespace shoal::swarm {
namespace {

// Half the distance from the even mix to an expert, about; experts lie 0.7 to 1 away.
constexpr double first_sigma = 0.3;

/// Indices from the highest utility down, ties to the lowest; what is not finite comes last.
std::vector<std::size_t> ranking(std::span<const double> utilities) {
  std::vector<std::size_t> order(utilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) {
    return std::isfinite(utilities[i]) ? utilities[i] : -std::numeric_limits<double>::infinity();
  });
  return order;
}

/// The better half of a generation in free coordinates, best first.
std::vector<std::vector<double>> selected(std::span<const Coordinates> positions, std::span<const double> utilities,
                                          int experts) {
  std::vector<std::vector<double>> better;
  for (const std::size_t i : ranking(utilities)) better.push_back(to_free(positions[i], experts));
  better.resize(recombination_weights(positions.size()).size());
  return better;
}

std::vector<double> weighted_mean(const std::vector<std::vector<double>>& points, std::span<const double> weights) {
  std::vector<double> mean(points.front().size(), 0.0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += weights[i] * points[i][k];
  }
  return mean;
}

double norm_of(std::span<const double> a) {
  double squares = 0.0;
  for (const double value : a) squares += value * value;
  return std::sqrt(squares);
}

/// V^T a
std::vector<double> turned(const SymmetricEigen& eigen, const std::vector<double>& a) {
  const std::size_t d = a.size();
  std::vector<double> result(d, 0.0);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t k = 0; k < d; ++k) result[k] += eigen.vectors[i * d + k] * a[i];
  }
  return result;
}

/// V diag(values)^exponent a
std::vector<double> scaled(const SymmetricEigen& eigen, const std::vector<double>& a, double exponent) {
  constexpr double least = 1e-300;  // a direction that has lost its variance stays lost
  const std::size_t d = a.size();
  std::vector<double> result(d, 0.0);
  for (std::size_t k = 0; k < d; ++k) {
    const double scale = std::pow(std::max(eigen.values[k], least), exponent) * a[k];
    for (std::size_t i = 0; i < d; ++i) result[i] += eigen.vectors[i * d + k] * scale;
  }
  return result;
}

}  // namespace

CmaEs::CmaEs(std::span<const Coordinates> positions, std::span<const double> utilities, int experts)
    : experts_(experts),
      sigma_(first_sigma),
      mean_(weighted_mean(selected(positions, utilities, experts), recombination_weights(positions.size()))),
      sigma_path_(mean_.size(), 0.0),
      covariance_path_(mean_.size(), 0.0),
      covariance_(mean_.size() * mean_.size(), 0.0) {
  for (std::size_t k = 0; k < mean_.size(); ++k) covariance_[k * mean_.size() + k] = 1.0;
}

CmaEs::CmaEs(std::span<const double> numbers, int experts) : experts_(experts) {
  // 2 + 3 d + d^2 numbers
  const auto d = static_cast<std::size_t>((std::sqrt(1.0 + 4.0 * static_cast<double>(numbers.size())) - 3.0) / 2.0);
  expect(d > 0 && numbers.size() == 2 + 3 * d + d * d, "{} numbers are no state of CMA-ES.", numbers.size());
  const auto take = [&](std::size_t count) {
    const std::vector<double> part(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(count));
    numbers = numbers.subspan(count);
    return part;
  };
  sigma_ = take(1)[0];
  generation_ = take(1)[0];
  mean_ = take(d);
  sigma_path_ = take(d);
  covariance_path_ = take(d);
  covariance_ = take(d * d);
}

std::vector<double> CmaEs::numbers() const {
  std::vector<double> all{sigma_, generation_};
  for (const auto* part : {&mean_, &sigma_path_, &covariance_path_, &covariance_}) {
    all.insert(all.end(), part->begin(), part->end());
  }
  return all;
}

std::vector<Coordinates> CmaEs::ask(std::uint64_t seed, int iteration, int particles) const {
  const std::size_t d = mean_.size();
  const SymmetricEigen eigen = symmetric_eigen(covariance_, d);
  std::vector<Coordinates> positions;
  for (int i = 0; i < particles; ++i) {
    std::vector<double> z;
    for (std::size_t k = 0; k < d; ++k) {
      z.push_back(normal_of(random_words(seed, {static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(i),
                                                Purpose::cma_es, static_cast<std::uint32_t>(k)})));
    }
    std::vector<double> point = scaled(eigen, turned(eigen, z), 0.5);
    for (std::size_t k = 0; k < d; ++k) point[k] = mean_[k] + sigma_ * point[k];
    positions.push_back(from_free(point, experts_));
  }
  return positions;
}

// p_σ <- (1 - c_σ) p_σ + sqrt(c_σ (2 - c_σ) μ_eff) C^(-1/2) y
// p_c <- (1 - c_c) p_c + h_σ sqrt(c_c (2 - c_c) μ_eff) y,   h_σ = 0 while p_σ is much longer than it should be
bool CmaEs::adapt_paths(const std::vector<double>& step, const CmaEsConstants& c) {
  const auto d = static_cast<double>(step.size());
  const SymmetricEigen eigen = symmetric_eigen(covariance_, step.size());
  const std::vector<double> white = scaled(eigen, turned(eigen, step), -0.5);
  const double gain = std::sqrt(c.path_sigma * (2.0 - c.path_sigma) * c.mu_eff);
  for (std::size_t k = 0; k < step.size(); ++k) {
    sigma_path_[k] = (1.0 - c.path_sigma) * sigma_path_[k] + gain * white[k];
  }
  generation_ += 1.0;
  const double begun = std::sqrt(1.0 - std::pow(1.0 - c.path_sigma, 2.0 * generation_));
  const bool paths_grow = norm_of(sigma_path_) / begun < (1.4 + 2.0 / (d + 1.0)) * c.expected_norm;
  const double covariance_gain = paths_grow ? std::sqrt(c.path_c * (2.0 - c.path_c) * c.mu_eff) : 0.0;
  for (std::size_t k = 0; k < step.size(); ++k) {
    covariance_path_[k] = (1.0 - c.path_c) * covariance_path_[k] + covariance_gain * step[k];
  }
  return paths_grow;
}

// C <- (1 - c_1 - c_μ + (1 - h_σ) c_1 c_c (2 - c_c)) C + c_1 p_c p_c^T + c_μ sum_i w_i y_i y_i^T
void CmaEs::adapt_covariance(const std::vector<std::vector<double>>& steps, std::span<const double> weights,
                             const CmaEsConstants& c, bool paths_grow) {
  const std::size_t d = mean_.size();
  const double lost = paths_grow ? 0.0 : c.rank_one * c.path_c * (2.0 - c.path_c);
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t k = 0; k < d; ++k) {
      double of_steps = 0.0;
      for (std::size_t i = 0; i < steps.size(); ++i) of_steps += weights[i] * (steps[i][j] * steps[i][k]);
      double& entry = covariance_[j * d + k];
      entry = (1.0 - c.rank_one - c.rank_mu + lost) * entry + c.rank_one * (covariance_path_[j] * covariance_path_[k]) +
              c.rank_mu * of_steps;
    }
  }
}

// y_i = (x_i - m) / σ,  y = sum_i w_i y_i over the better half;  m <- m + σ y
// σ <- σ exp(c_σ / d_σ (‖p_σ‖ / E‖N(0, I)‖ - 1))
void CmaEs::tell(std::span<const Coordinates> positions, std::span<const double> utilities) {
  const std::vector<double> weights = recombination_weights(positions.size());
  const CmaEsConstants c = cma_es_constants(weights, mean_.size());
  auto steps = selected(positions, utilities, experts_);
  for (auto& step : steps) {
    for (std::size_t k = 0; k < step.size(); ++k) step[k] = (step[k] - mean_[k]) / sigma_;
  }
  const std::vector<double> step = weighted_mean(steps, weights);
  adapt_covariance(steps, weights, c, adapt_paths(step, c));
  for (std::size_t k = 0; k < step.size(); ++k) mean_[k] += sigma_ * step[k];
  sigma_ *= std::exp(c.path_sigma / c.damping * (norm_of(sigma_path_) / c.expected_norm - 1.0));
}

}  // namespace shoal::swarm
