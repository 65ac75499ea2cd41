#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace shoal::swarm {

/// Memory for weight vectors. In builds for GPUs, where there is one, host and device both address it (CUDA managed
/// memory), so that moves run where the models are evaluated while checkpoints and exchanges read the same vectors;
/// else it comes from the heap. Throws std::bad_alloc.
void* allocate_weights(std::size_t bytes);
void release_weights(void* memory) noexcept;

template <typename T>
struct WeightAllocator {
  using value_type = T;

  WeightAllocator() = default;
  template <typename U>
  explicit WeightAllocator(const WeightAllocator<U>& /*other*/) noexcept {}

  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(allocate_weights(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t /*count*/) noexcept { release_weights(memory); }

  bool operator==(const WeightAllocator& /*other*/) const { return true; }
};

using WeightVector = std::vector<float, WeightAllocator<float>>;

}  // namespace shoal::swarm
