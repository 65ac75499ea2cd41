#pragma once

#include <chrono>
#include <memory>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// Where all ranks meet before the program ends. A rank that fails alone leaves the others waiting for it in some
/// collective: it sees here that they do not come, and can end them (MpiSession::abort) instead of waiting with them.
class FinalBarrier {
 public:
  virtual ~FinalBarrier() = default;

  /// True once all ranks have come; false when some have not within `patience` (it may be called again then). Sleeps
  /// while it waits. Throws Error{peer}.
  virtual bool wait(std::chrono::duration<double> patience) = 0;
};

/// On a communicator of its own, so that it does not meet what the others are waiting for on `comm`. Collective.
std::unique_ptr<FinalBarrier> make_final_barrier(const Communicator& comm);

}  // namespace shoal::comm
