#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace shoal {

/// A bfloat16 number is the upper half of a float32's bits.
inline float from_bfloat16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16U); }

/// Rounded to the nearest, ties to even; NaN stays NaN.
inline std::uint16_t to_bfloat16(float value) {
  constexpr std::uint16_t quiet_nan = 0x7fc0;
  if (std::isnan(value)) return quiet_nan;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t tie_to_even = 0x7fffU + ((bits >> 16U) & 1U);
  return static_cast<std::uint16_t>((bits + tie_to_even) >> 16U);
}

}  // namespace shoal
