#pragma once

#include <cstddef>
#include <span>

namespace shoal {

enum class Device { cpu, cuda };
enum class ScalarType { float32, float64, bfloat16 };

/// A view of numbers that a collective works on, wherever they live. Does not own them.
struct Buffer {
  void* data;
  std::size_t count;
  ScalarType type;
  Device device;

  static Buffer of(std::span<double> values) {
    return {values.data(), values.size(), ScalarType::float64, Device::cpu};
  }
  static Buffer of(std::span<float> values) { return {values.data(), values.size(), ScalarType::float32, Device::cpu}; }
};

}  // namespace shoal
