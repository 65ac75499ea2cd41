#pragma once

#include <cstdint>
#include <vector>

#include "swarm/coordinates.hpp"
#include "swarm/evaluation.hpp"

namespace shoal::swarm {

struct Particle {
  Coordinates position;       ///< x
  Coordinates velocity;       ///< v
  Coordinates best_position;  ///< p
  double utility = 0.0;       ///< of the last evaluation; kept (stale) when skipped
  bool stale = false;
  double best_utility = 0.0;
  int best_iteration = 0;
  int age = 0;           ///< own evaluations since p improved or since the last restart
  int cool_down = 0;     ///< iterations for which the age still stays 0
  bool invalid = false;  ///< last utility was not finite: restart next iteration
  Evaluation best;       ///< the evaluation at best_position (validation and ensembles)
};

/// The best (or worst) position that any particle has been at.
struct Incumbent {
  int particle = 0;
  int iteration = 0;
  double utility = 0.0;
  Coordinates position;
  Evaluation evaluation;
};

/// Where a particle has gone from its last evaluation.
struct Move {
  Coordinates position;
  Coordinates velocity;
};

/// The whole search between two iterations: all that a checkpoint holds and all that the next iteration depends on.
struct SwarmState {
  std::uint64_t seed = 0;
  int experts = 0;
  int iteration = 0;         ///< of the last completed iteration
  double step_length = 0.0;  ///< lambda of the NEXT iteration
  std::vector<Particle> particles;
  Incumbent global_best;
  Incumbent global_worst;
  std::vector<Incumbent> worst_by_iteration;  ///< lowest of each evaluated iteration inside worst_window (no scores)
  std::vector<double> best_history;           ///< utility of g after each evaluated (or counted) iteration
  int invalid_evaluations = 0;
  std::int64_t evaluations = 0;  ///< really started
  /// What an optimiser remembers beside the particles: the state of CMA-ES, or the surrogate's evaluated positions.
  std::vector<double> memory;
  /// Asynchronous: each particle's move into the next iteration, made when its own evaluation was taken. Else empty:
  /// all move together, by what the state says.
  std::vector<Move> moves;
};

}  // namespace shoal::swarm
