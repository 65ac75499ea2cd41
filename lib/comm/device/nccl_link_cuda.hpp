#pragma once

// Private to this module.

#include <cuda_runtime.h>
#include <nccl.h>

#include <chrono>
#include <functional>

#include "base/handle.hpp"
#include "comm/communicator.hpp"

namespace shoal::comm {

/// Throws Error{peer} unless the NCCL that is loaded has the major and minor version of the one compiled against: there
/// is one libnccl per process, and LibTorch may have brought its own.
void expect_same_nccl();

/// The ranks of a Communicator, connected by NCCL. Its calls return at once (blocking = 0) and are asked after until
/// they are done, because a call that waits for a peer that is gone would never come back.
class NcclLink {
 public:
  using Seconds = std::chrono::duration<double>;
  using Operation = std::function<ncclResult_t(ncclComm_t, cudaStream_t)>;

  /// Collective. `stream` outlives this. Throws Error{peer}.
  NcclLink(const Communicator& comm, cudaStream_t stream, Seconds patience);

  /// Queues an operation on the stream and waits until the stream is empty. Throws Error{peer} when it fails or takes
  /// longer than the patience; the link is aborted then.
  void run(const char* name, const Operation& operation);

 private:
  class Wait;

  struct CommTraits {
    using Value = ncclComm_t;
    static Value empty() { return nullptr; }
    // Abort, not destroy: destroying waits for peers that may be gone, and nothing is in flight between two calls.
    static void close(Value value) { ncclCommAbort(value); }
  };

  void settle(const char* name, ncclResult_t result, Wait& wait);
  ncclResult_t async_error() const;
  [[noreturn]] void give_up(const char* name, const std::string& why);

  const Communicator& comm_;
  cudaStream_t stream_;
  Seconds patience_;
  Handle<CommTraits> link_;
};

}  // namespace shoal::comm
