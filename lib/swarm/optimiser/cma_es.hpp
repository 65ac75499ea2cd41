#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "swarm/coordinates.hpp"

namespace shoal::swarm {

struct CmaEsConstants;

/// CMA-ES (Hansen, arXiv 1604.00772, with its default constants) in the d free coordinates of affine positions, as a
/// value between two generations: asking is pure, telling makes the next value.
class CmaEs {
 public:
  /// Before the first generation: the mean is the weighted mean of the better half of these evaluated positions.
  CmaEs(std::span<const Coordinates> positions, std::span<const double> utilities, int experts);

  /// What `numbers` has written; as many as it wrote.
  CmaEs(std::span<const double> numbers, int experts);
  std::vector<double> numbers() const;

  /// The positions of a generation: m + sigma C^(1/2) z with the symmetric root, which depends on neither order nor
  /// sign of the eigenvectors; z is drawn for each particle (purpose cma_es, index: dimension).
  std::vector<Coordinates> ask(std::uint64_t seed, int iteration, int particles) const;

  /// Adapts mean, paths, covariance and step size to a generation that was asked for. Utilities that are not finite
  /// rank last.
  void tell(std::span<const Coordinates> positions, std::span<const double> utilities);

 private:
  bool adapt_paths(const std::vector<double>& step, const CmaEsConstants& c);
  void adapt_covariance(const std::vector<std::vector<double>>& steps, std::span<const double> weights,
                        const CmaEsConstants& c, bool paths_grow);

  int experts_;
  double sigma_;
  double generation_ = 0.0;
  std::vector<double> mean_;
  std::vector<double> sigma_path_;
  std::vector<double> covariance_path_;
  std::vector<double> covariance_;  // [d, d]
};

}  // namespace shoal::swarm
