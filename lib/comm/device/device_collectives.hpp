#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "comm/communicator.hpp"

namespace shoal::comm {

struct DeviceOptions {
  /// How long the other ranks may take to come, at the start and in each operation.
  std::chrono::duration<double> patience{600.0};
  /// A cudaStream_t: operations begin when the work queued on it is done. Null: a stream of their own, which waits for
  /// CUDA's default stream (LibTorch's, unless another one is chosen).
  void* stream = nullptr;
};

/// Collectives on GPU memory, between the same ranks as a Communicator: one rank, one device. Present in CUDA builds.
/// Each is complete on return, so that none is ever under way together with one of MPI. Buffers in host memory are
/// copied to the device and back. Whatever fails, or takes longer than the options allow, gives up the whole group
/// (ncclCommAbort) and throws Error{peer} naming the operation; then every further operation throws as well.
class DeviceCollectives {
 public:
  virtual ~DeviceCollectives() = default;

  /// Element-wise sum or maximum over ranks, in place. Collective.
  virtual void all_reduce(const Buffer& buffer, ReduceOp op) = 0;

  /// Every rank gets the root's numbers. Collective.
  virtual void broadcast(const Buffer& buffer, int root) = 0;

  /// `source` holds size() parts of the length of `target`; rank r gets the combined part r. Collective.
  virtual void reduce_scatter(const Buffer& source, const Buffer& target, ReduceOp op) = 0;

  /// The sources of all ranks in rank order; `target` holds size() parts of the length of `source`. Collective.
  virtual void all_gather(const Buffer& source, const Buffer& target) = 0;

  /// Which device this rank computes on, e.g. "GPU 0 (GPU-4d5f…)"; the name in brackets is the one of nvidia-smi.
  virtual std::string device() const = 0;
};

/// Whether this build has device collectives.
bool has_device_collectives();

/// Collective. Device = local rank modulo visible devices. Throws Error{peer} when a device or NCCL fails, two ranks
/// share a device, or the NCCL that is loaded is of another version than the one compiled against; Error{internal} in
/// CPU builds. `comm` outlives the result.
std::unique_ptr<DeviceCollectives> make_device_collectives(const Communicator& comm, const DeviceOptions& options = {});

}  // namespace shoal::comm
