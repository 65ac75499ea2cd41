#pragma once

#include <csignal>
#include <vector>

namespace shoal::search {

/// Turns SIGUSR1, SIGUSR2 and SIGTERM into a wish to stop early (checkpoint, exit 85) for as long as it lives. A second
/// SIGTERM leaves the process at once. At most one may exist: signal dispositions belong to the whole process.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  /// Whether a signal has arrived; cheap, callable from any thread.
  bool requested() const noexcept;

 private:
  std::vector<struct sigaction> previous_;
};

}  // namespace shoal::search
