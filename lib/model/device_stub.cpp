#include "base/error.hpp"
#include "model/device.hpp"

namespace shoal::model {

bool computes_on_gpu() { return false; }

at::Device compute_device(int /*local_rank*/) { return at::Device(at::kCPU); }

int ranks_per_device(int local_size) { return local_size; }

std::int64_t device_memory(at::Device /*device*/) {
  fail(ExitCode::internal, "this build computes on CPUs only (memory of a GPU was asked for).");
}

}  // namespace shoal::model
