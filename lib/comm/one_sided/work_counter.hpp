#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// Hands out the numbers 0 … total−1 once each, to whichever rank asks first. Only one thread per rank may use it (the
/// one that talks to MPI).
class WorkCounter {
 public:
  virtual ~WorkCounter() = default;

  /// The next number, ascending on each rank; empty when none is left.
  virtual std::optional<std::int64_t> next() = 0;

  /// Takes all remaining numbers out: no rank gets another one. For errors and signals.
  virtual void exhaust() = 0;

  /// Lets requests of other ranks come through while this rank has nothing to ask; cheap. A rank that stays away from
  /// MPI for long would make others wait.
  virtual void progress() = 0;
};

/// One counter for one wave of work. Construction and destruction are collective.
std::unique_ptr<WorkCounter> make_work_counter(const Communicator& comm, std::int64_t total);

}  // namespace shoal::comm
