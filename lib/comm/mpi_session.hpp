#pragma once

#include <memory>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// MPI from initialisation to finalisation; one per process, owned by main. Communicators must end before it.
class MpiSession {
 public:
  /// Throws Error{peer} when MPI cannot be initialised.
  MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
  /// While an exception unwinds, peers may be waiting for this rank: MPI is aborted rather than finalised.
  ~MpiSession();

  /// Ends all ranks of the launch at once with this exit code: for failures that the other ranks do not share.
  [[noreturn]] static void abort(int exit_code);

 private:
  int exceptions_at_start_;
};

}  // namespace shoal::comm
