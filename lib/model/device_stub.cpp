#include "model/device.hpp"

namespace shoal::model {

at::Device compute_device(int /*local_rank*/) { return at::Device(at::kCPU); }

}  // namespace shoal::model
