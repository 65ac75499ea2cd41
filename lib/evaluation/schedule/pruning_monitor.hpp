#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "comm/one_sided/shared_scores.hpp"
#include "evaluation/schedule/wave_plan.hpp"
#include "evaluation/score_table.hpp"

namespace shoal::evaluation {

/// Tells while a wave is under way which blocks nobody needs any more: those behind a run of leading blocks that is
/// enough. Ranks tell each other their scores through a board; without any `enough` there is none. Driving thread only.
class PruningMonitor {
 public:
  /// Collective; so is destruction. `assignments` outlive this.
  PruningMonitor(const comm::Communicator& comm, std::span<const Assignment> assignments, std::size_t items);

  /// Tells everybody what a finished task has found.
  void publish(const WaveTask& task, const ScoreTable& table);

  /// Whether the leading blocks before this task are known by now to be enough. `false` may be outdated, never `true`.
  bool needless(const WaveTask& task);

 private:
  /// How far one position has come.
  struct Progress {
    std::vector<double> scores;  // by item; NaN where unknown
    std::size_t blocks = 0;      // leading blocks contained in `scores`
    bool enough = false;
  };

  void advance(std::size_t position);
  bool add_block(Progress& progress, std::size_t position) const;

  std::span<const Assignment> assignments_;
  std::vector<Progress> progress_;
  std::vector<std::vector<std::size_t>> first_;  // place on the board of each position's blocks
  std::unique_ptr<comm::SharedScores> board_;    // block after block; null when nothing can be cut
};

}  // namespace shoal::evaluation
