#pragma once

#include <string>

#include "swarm/record.hpp"

namespace shoal::results {

/// One iteration in a few numbers: for metrics.csv, TensorBoard and the progress line.
struct Metrics {
  int iteration = 0;
  double best = 0.0;    ///< utility of g
  double mean = 0.0;    ///< mean_utility
  double lowest = 0.0;  ///< of the same utilities
  double spread = 0.0;
  double step_length = 0.0;
  int evaluated = 0;         ///< particles evaluated in this iteration
  std::size_t examples = 0;  ///< examples scored for them
  double seconds = 0.0;
};

/// Mean utility of the particles that were evaluated in full in this iteration; NaN when there is none. Stale ones show
/// an earlier utility, and of pruned ones only bounds are known.
double mean_utility(const swarm::IterationRecord& record);

/// Root mean square distance of the positions to their mean, in coefficients: sqrt(1/N sum_i |x_i - mean|²); of dense
/// positions to g, in weights.
double spread(const swarm::IterationRecord& record);

/// Particles evaluated in this iteration, in full or in part.
int evaluations(const swarm::IterationRecord& record);

Metrics metrics_of(const swarm::IterationRecord& record, double seconds);

/// Header and lines of metrics.csv.
std::string csv_header();
std::string to_csv(const Metrics& metrics);

}  // namespace shoal::results
