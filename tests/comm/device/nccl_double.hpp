#pragma once

#include <nccl.h>

namespace nccl_double {

/// How this process's NCCL and CUDA behave until further notice.
struct Behaviour {
  int version = NCCL_VERSION_CODE;
  int devices = 4;
  bool shared_device = false;    ///< every rank sees the same one
  bool init_never_ends = false;  ///< a peer does not come to the initialisation
  ncclResult_t init_result = ncclSuccess;
  bool hangs = false;                      ///< this rank does not take part in operations that it has begun
  ncclResult_t async_error = ncclSuccess;  ///< what operations under way come to
  ncclResult_t refusal = ncclSuccess;      ///< what operations are answered with at once
  bool memory_full = false;
};

/// Of this process; the defaults are restored when it ends its life.
class Scope {
 public:
  explicit Scope(const Behaviour& behaviour);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();
};

int open_communicators();
int aborts();       ///< so far
int allocations();  ///< of device memory, not freed yet
int copies();       ///< between host and device, so far

}  // namespace nccl_double
