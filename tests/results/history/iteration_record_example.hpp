#pragma once

#include <limits>

#include "swarm/record.hpp"

namespace shoal::testing {

/// Iteration 3 of a swarm of three: one particle as usual, one stale, one whose utility is not finite.
inline swarm::IterationRecord example_record() {
  swarm::IterationRecord record;
  record.iteration = 3;
  record.step_length = 0.7 * 0.95 * 0.95;
  const std::vector<swarm::UpdateDraws> draws{{0.1, 1.0 / 3.0, 0.3, std::nullopt}};
  record.particles = {{0, {0.1, 0.9}, {-1.0 / 3.0, 1.0 / 3.0}, 0.41, false, 200, false, 0.44, 1, draws},
                      {1, {0.5, 0.5}, {0.0, 0.0}, 0.21, true, 0, true, 0.3, 2, draws},
                      {2,
                       {1.5, -0.5},
                       {1e-300, 0.0},
                       std::numeric_limits<double>::quiet_NaN(),
                       false,
                       200,
                       false,
                       -std::numeric_limits<double>::infinity(),
                       0,
                       draws}};
  record.global_best = {0, 1, 0.44};
  record.global_worst = {1, 0, 0.11};
  return record;
}

}  // namespace shoal::testing
