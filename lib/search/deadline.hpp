#pragma once

#include <chrono>
#include <optional>

namespace shoal::search {

/// When the job's time ends. The search stops with a checkpoint before that, without waiting for a signal.
class Deadline {
 public:
  /// `walltime`: seconds from now that the user grants (stop.walltime), or empty for `auto`: then the end time of the
  /// Slurm job (SLURM_JOB_END_TIME) counts, and without a job there is none. A margin for the checkpoint is taken off:
  /// a tenth of the time, at most one minute.
  static Deadline from(std::optional<double> walltime);

  bool passed() const;
  /// Seconds until the search must stop; empty when there is no deadline.
  std::optional<double> seconds_left() const;

 private:
  std::optional<std::chrono::system_clock::time_point> stop_at_;
};

}  // namespace shoal::search
