#include "base/error.hpp"
#include "swarm/dense/device_move.hpp"

namespace shoal::swarm {

bool has_device() { return false; }

void move_on_device(const DeviceVectors& /*vectors*/, std::span<const MoveFactors> /*factors*/) {
  fail(ExitCode::internal, "this build has no kernels for GPUs.");
}

}  // namespace shoal::swarm
