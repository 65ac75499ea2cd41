#include <ATen/Context.h>
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAFunctions.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/device.hpp"

namespace shoal::model {

bool computes_on_gpu() { return true; }

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

int ranks_per_device(int local_size) {
  const int count = std::max<int>(c10::cuda::device_count(), 1);
  return (local_size + count - 1) / count;
}

std::int64_t device_memory(at::Device device) {
  expect(device.is_cuda(), "only GPUs have a memory of their own.");
  return static_cast<std::int64_t>(at::cuda::getDeviceProperties(device.index())->totalGlobalMem);
}

}  // namespace shoal::model
