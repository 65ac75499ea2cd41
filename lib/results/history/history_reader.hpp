#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace shoal::results {

/// One particle in one line of history.jsonl.
struct ParticleRecord {
  std::vector<double> position;  ///< blocks · experts coefficients, block by block; empty when positions are dense
  double utility = 0.0;          ///< NaN when the evaluation was not finite
  bool stale = false;            ///< not evaluated in this iteration: the utility is an earlier one
  bool restarted = false;
  bool pruned = false;                                    ///< the utility is only an upper bound
  std::optional<double> distance_to_best = std::nullopt;  ///< of dense positions, in weights
};

/// One line of history.jsonl, values completed later included.
struct IterationRecord {
  int iteration = 0;
  std::optional<double> step_length;  ///< empty at iteration 0
  bool evaluated = true;
  double seconds = 0.0;
  std::vector<ParticleRecord> particles;
  int best_particle = 0;
  int best_iteration = 0;
  double best_utility = 0.0;
};

struct HistoryRecord {
  std::vector<IterationRecord> iterations;  ///< at least one; numbered 0, 1, 2, …
  int blocks = 1;
  bool torn = false;  ///< an unfinished last line was left out
};

/// Reads history.jsonl. A last line without its end is left out: the run may be writing it.
/// Throws Error{input} naming the line when the file is missing, empty, damaged, or its lines do not fit together.
HistoryRecord read_history(const std::filesystem::path& file);

/// The position of the global best as of the last line.
const std::vector<double>& best_position(const HistoryRecord& history);

/// Mean utility of the particles that were evaluated in full in this iteration; NaN when there is none.
double mean_utility(const IterationRecord& iteration);

/// Root mean square distance of the positions to their mean: sqrt(1/N sum_i |x_i - mean|²), in affine coordinates.
double spread(const IterationRecord& iteration);

/// Particles evaluated in this iteration, in full or in part.
int evaluations(const IterationRecord& iteration);

}  // namespace shoal::results
