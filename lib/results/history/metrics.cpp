#include "results/history/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace shoal::results {
namespace {

/// Root mean square distance to g, in weight space.
double dense_spread_of(const std::vector<swarm::ParticleRecord>& particles) {
  double squares = 0.0;
  for (const auto& particle : particles) squares += std::pow(particle.norms->distance_to_best, 2.0);
  return std::sqrt(squares / static_cast<double>(particles.size()));
}

double spread_of(const std::vector<swarm::ParticleRecord>& particles) {
  if (particles.front().norms) return dense_spread_of(particles);
  swarm::Coordinates centre(particles.front().position.size(), 0.0);
  const auto count = static_cast<double>(particles.size());
  for (const auto& particle : particles) {
    for (std::size_t k = 0; k < centre.size(); ++k) centre[k] += particle.position[k] / count;
  }
  double squares = 0.0;
  for (const auto& particle : particles) {
    for (std::size_t k = 0; k < centre.size(); ++k) squares += std::pow(particle.position[k] - centre[k], 2.0);
  }
  return std::sqrt(squares / count);
}

}  // namespace

Metrics metrics_of(const swarm::IterationRecord& record, double seconds) {
  Metrics metrics;
  metrics.iteration = record.iteration;
  metrics.best = record.global_best.utility;
  metrics.step_length = record.step_length.value_or(0.0);
  metrics.seconds = seconds;
  metrics.spread = spread_of(record.particles);
  metrics.lowest = std::numeric_limits<double>::infinity();
  int finite = 0;
  for (const auto& particle : record.particles) {
    metrics.evaluated += particle.stale ? 0 : 1;
    metrics.examples += particle.examples;
    if (!std::isfinite(particle.utility) || particle.bounds) continue;
    metrics.mean += particle.utility;
    metrics.lowest = std::min(metrics.lowest, particle.utility);
    ++finite;
  }
  if (finite == 0) metrics.mean = metrics.lowest = std::numeric_limits<double>::quiet_NaN();
  metrics.mean /= std::max(finite, 1);
  return metrics;
}

std::string csv_header() { return "iteration,best,mean,lowest,spread,step_length,evaluated,examples,seconds"; }

std::string to_csv(const Metrics& m) {
  return fmt::format("{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{},{},{:.3f}", m.iteration, m.best, m.mean, m.lowest,
                     m.spread, m.step_length, m.evaluated, m.examples, m.seconds);
}

}  // namespace shoal::results
