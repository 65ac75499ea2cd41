#include <ATen/Context.h>
#include <c10/cuda/CUDAFunctions.h>

#include "base/error.hpp"
#include "model/device.hpp"

namespace shoal::model {

at::Device compute_device(int local_rank) {
  const int count = c10::cuda::device_count();
  if (count == 0) {
    fail(ExitCode::peer, "No GPU is usable (this build computes on GPUs). Check nvidia-smi, or use the cpu preset.");
  }
  at::globalContext().lazyInitDevice(at::kCUDA);
  const auto index = static_cast<c10::DeviceIndex>(local_rank % count);
  c10::cuda::set_device(index);
  return at::Device(at::kCUDA, index);
}

}  // namespace shoal::model
