#include "results/history/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/statistics.hpp"

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

/// Of the particles that were evaluated in full, and are numbers.
std::vector<double> known_utilities(const swarm::IterationRecord& record) {
  std::vector<double> utilities;
  for (const auto& particle : record.particles) {
    if (!particle.stale && !particle.bounds && std::isfinite(particle.utility)) utilities.push_back(particle.utility);
  }
  return utilities;
}

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double mean_or_unknown(const std::vector<double>& utilities) { return utilities.empty() ? unknown : mean(utilities); }

}  // namespace

double mean_utility(const swarm::IterationRecord& record) { return mean_or_unknown(known_utilities(record)); }

double spread(const swarm::IterationRecord& record) { return spread_of(record.particles); }

int evaluations(const swarm::IterationRecord& record) {
  return static_cast<int>(std::ranges::count(record.particles, false, &swarm::ParticleRecord::stale));
}

Metrics metrics_of(const swarm::IterationRecord& record, double seconds) {
  Metrics metrics;
  metrics.iteration = record.iteration;
  metrics.best = record.global_best.utility;
  metrics.step_length = record.step_length.value_or(0.0);
  metrics.seconds = seconds;
  metrics.spread = spread(record);
  const std::vector<double> utilities = known_utilities(record);
  metrics.mean = mean_or_unknown(utilities);
  metrics.lowest = utilities.empty() ? unknown : *std::ranges::min_element(utilities);
  metrics.evaluated = evaluations(record);
  for (const auto& particle : record.particles) metrics.examples += particle.examples;
  return metrics;
}

std::string csv_header() { return "iteration,best,mean,lowest,spread,step_length,evaluated,examples,seconds"; }

std::string to_csv(const Metrics& m) {
  return fmt::format("{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{},{},{:.3f}", m.iteration, m.best, m.mean, m.lowest,
                     m.spread, m.step_length, m.evaluated, m.examples, m.seconds);
}

}  // namespace shoal::results
