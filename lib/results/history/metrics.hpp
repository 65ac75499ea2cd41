#pragma once

#include <string>

#include "swarm/record.hpp"

namespace shoal::results {

/// One iteration in a few numbers: for metrics.csv, TensorBoard and the progress line.
struct Metrics {
  int iteration = 0;
  double best = 0.0;    ///< utility of g
  double mean = 0.0;    ///< over the particles' last finite utilities, pruned ones (of which bounds are known) left out
  double lowest = 0.0;  ///< likewise
  double spread =
      0.0;  ///< root mean square distance of the positions to their mean, in coefficients; dense: to g, in weights
  double step_length = 0.0;
  int evaluated = 0;         ///< particles evaluated in this iteration
  std::size_t examples = 0;  ///< examples scored for them
  double seconds = 0.0;
};

Metrics metrics_of(const swarm::IterationRecord& record, double seconds);

/// Header and lines of metrics.csv.
std::string csv_header();
std::string to_csv(const Metrics& metrics);

}  // namespace shoal::results
