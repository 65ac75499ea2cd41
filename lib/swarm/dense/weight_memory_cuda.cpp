#include <cuda_runtime_api.h>

#include "swarm/dense/device_move.hpp"
#include "swarm/dense/weight_memory.hpp"

namespace shoal::swarm {

void* allocate_weights(std::size_t bytes) {
  if (!has_device()) return ::operator new(bytes);
  void* memory = nullptr;
  if (bytes > 0 && cudaMallocManaged(&memory, bytes, cudaMemAttachGlobal) != cudaSuccess) {
    static_cast<void>(cudaGetLastError());  // told here, not by the next call
    throw std::bad_alloc();
  }
  return memory;
}

// The failure of a free is that of earlier work, which comes back with the next call.
void release_weights(void* memory) noexcept {
  if (!has_device()) return ::operator delete(memory);
  static_cast<void>(cudaFree(memory));
}

}  // namespace shoal::swarm
