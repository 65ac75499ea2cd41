#include <cuda_runtime_api.h>

#include "base/error.hpp"
#include "swarm/dense/device_move.hpp"
#include "swarm/dense/launch_dense_move_cuda.hpp"
#include "swarm/dense/weight_memory.hpp"

namespace shoal::swarm {
namespace {

void check(cudaError_t status) {
  if (status == cudaSuccess) return;
  fail(ExitCode::resource, "the GPU could not move the particles ({}). Look at the node's GPU.",
       cudaGetErrorString(status));
}

}  // namespace

bool has_device() {
  static const bool found = [] {
    int count = 0;
    const bool answered = cudaGetDeviceCount(&count) == cudaSuccess;
    static_cast<void>(cudaGetLastError());
    return answered && count > 0;
  }();
  return found;
}

void move_on_device(const DeviceVectors& vectors, std::span<const MoveFactors> factors) {
  const std::vector<MoveFactors, WeightAllocator<MoveFactors>> shared(factors.begin(), factors.end());
  launch_dense_move(vectors, shared.data(), nullptr);
  check(cudaGetLastError());
  check(cudaDeviceSynchronize());
}

}  // namespace shoal::swarm
