#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace shoal {

enum class Device { cpu, cuda };
enum class ScalarType { float32, float64, bfloat16 };

constexpr std::size_t size_of(ScalarType type) {
  return type == ScalarType::float64 ? 8 : type == ScalarType::float32 ? 4 : 2;
}

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
  /// The bits of bfloat16 numbers (base/bfloat16.hpp).
  static Buffer of(std::span<std::uint16_t> values) {
    return {values.data(), values.size(), ScalarType::bfloat16, Device::cpu};
  }

  std::size_t bytes() const { return count * size_of(type); }

  /// `length` numbers from number `begin` on.
  Buffer part(std::size_t begin, std::size_t length) const {
    return {static_cast<std::byte*>(data) + begin * size_of(type), length, type, device};
  }
};

}  // namespace shoal
