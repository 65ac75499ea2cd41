#pragma once

#include <memory>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// Collectives on GPU memory, between the same ranks as a Communicator: one rank, one device. Present in CUDA builds.
class DeviceCollectives {
 public:
  virtual ~DeviceCollectives() = default;

  /// Element-wise sum or maximum over ranks, in place, complete on return. Collective.
  virtual void all_reduce(const Buffer& buffer, ReduceOp op) = 0;

  /// Every rank gets the root's numbers. Collective.
  virtual void broadcast(const Buffer& buffer, int root) = 0;
};

/// Whether this build has device collectives.
bool has_device_collectives();

/// Collective. Device = local rank modulo visible devices. Throws Error{peer} when a device or NCCL fails,
/// Error{internal} in CPU builds.
std::unique_ptr<DeviceCollectives> make_device_collectives(const Communicator& comm);

}  // namespace shoal::comm
