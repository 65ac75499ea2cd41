#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "comm/watchdog/heartbeat.hpp"

namespace shoal::comm {

/// How many seconds without progress are too many.
struct HangLimits {
  double quiet = 600.0;  ///< for a rank that works; longer while files are read
  double silent = 60.0;  ///< without a heartbeat: those come from a thread of their own, however long the work takes
  double beat = 1.0;     ///< seconds between two heartbeats

  static HangLimits from(double patience);

  /// For `ranks` ranks together, when each waits for others: later than a single one is named, and late enough for the
  /// news that somebody got on to go round.
  double everybody(std::size_t ranks) const { return 1.5 * quiet + 2.0 * beat * static_cast<double>(ranks); }
};

/// What one rank's watchdog knows and concludes. Every rank watches itself and the rank before it (the first one: the
/// last), so that each is watched by one other and the cost per rank does not grow with their number:
///  - itself, while it works: it must get on;
///  - the rank before it: heartbeats must arrive;
///  - rank 0, while it waits for others: somebody must get on. How long nobody has travels with the heartbeats.
/// Plain bookkeeping: no clock, no socket, no thread.
class HangDetector {
 public:
  /// `nodes`: the node of every rank.
  HangDetector(int rank, std::vector<std::string> nodes, const HangLimits& limits);

  /// This rank as it is now, `seconds` after the last look.
  void look(const Liveness& liveness, double seconds);

  /// A heartbeat of the rank before this one.
  void hear(const Heartbeat& heartbeat);

  /// What to tell the next rank.
  Heartbeat heartbeat() const;

  /// What is wrong, in one sentence, if anything is.
  std::optional<std::string> verdict() const;

  /// Which rank this one should hear but has never heard, once it should have.
  std::optional<int> unheard() const;

 private:
  double reading() const;
  double known_quiet() const;
  int before() const;
  std::string named(int rank) const;

  int rank_;
  std::vector<std::string> nodes_;
  HangLimits limits_;

  std::uint64_t beats_ = 0;
  Phase phase_ = Phase::starting;
  bool waiting_ = false;
  double quiet_ = 0.0;  // since this rank got on

  std::optional<Heartbeat> last_;  // of the rank before this one
  double silent_ = 0.0;            // since it came
};

}  // namespace shoal::comm
