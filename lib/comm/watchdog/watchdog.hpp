#pragma once

#include <functional>
#include <memory>
#include <string>

#include "comm/communicator.hpp"

namespace shoal::comm {

struct WatchdogOptions {
  /// Seconds without progress after which a rank is taken to hang; see HangLimits.
  double patience = 600.0;
  /// What to do then, with a sentence that names rank and phase; called once, on the watchdog's thread. By default
  /// all ranks end at once with exit code 5, after `complain` with the sentence.
  std::function<void(const std::string&)> end;
  std::function<void(const std::string&)> complain = [](const std::string&) {};
  /// Told once when a peer's heartbeats do not arrive.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

/// A thread per rank that ends the job when a rank hangs: it looks at the communicator's liveness and exchanges
/// heartbeats with its neighbours (hang_detector.hpp has the rules). Runs until it is destroyed.
class Watchdog {
 public:
  virtual ~Watchdog() = default;
};

/// Construction is collective, destruction is not. A rank alone has no watchdog: nobody waits for it. `comm` outlives
/// the result. Throws Error{peer}.
std::unique_ptr<Watchdog> make_watchdog(const Communicator& comm, WatchdogOptions options);

}  // namespace shoal::comm
