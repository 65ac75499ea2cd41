#include "base/error.hpp"
#include "comm/device/device_collectives.hpp"
#include "comm/versions.hpp"

namespace shoal::comm {

bool has_device_collectives() { return false; }

std::unique_ptr<DeviceCollectives> make_device_collectives(const Communicator&, const DeviceOptions&) {
  fail(ExitCode::internal, "this build has no device collectives (it was built without CUDA).");
}

std::string nccl_version() { return "none"; }

}  // namespace shoal::comm
