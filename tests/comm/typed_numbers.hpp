#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/bfloat16.hpp"
#include "base/buffer.hpp"

namespace shoal::testing {

/// The element types of collectives: float32, float64, and bfloat16 by its bits.
using NumberTypes = std::tuple<float, double, std::uint16_t>;

template <typename T>
T number(double value) {
  return static_cast<T>(value);
}
template <>
inline std::uint16_t number<std::uint16_t>(double value) {
  return to_bfloat16(static_cast<float>(value));
}

inline double value_of(float number) { return static_cast<double>(number); }
inline double value_of(double number) { return number; }
inline double value_of(std::uint16_t number) { return static_cast<double>(from_bfloat16(number)); }

/// Small whole numbers that differ between ranks and places: exact in every type, and so are their sums over few ranks.
template <typename T>
std::vector<T> numbers_of(int rank, std::size_t count) {
  std::vector<T> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    numbers.push_back(number<T>(static_cast<double>((i * 7 + static_cast<std::size_t>(rank) * 5) % 13) - 6.0));
  }
  return numbers;
}

/// The element-wise sum of numbers_of over ranks.
template <typename T>
std::vector<T> sums_of(int ranks, std::size_t count) {
  std::vector<double> sums(count, 0.0);
  for (int rank = 0; rank < ranks; ++rank) {
    const std::vector<T> numbers = numbers_of<T>(rank, count);
    for (std::size_t i = 0; i < count; ++i) sums[i] += value_of(numbers[i]);
  }
  std::vector<T> result;
  for (const double sum : sums) result.push_back(number<T>(sum));
  return result;
}

/// Part `index` of `parts` equal ones.
template <typename T>
std::vector<T> part_of(const std::vector<T>& whole, int index, int parts) {
  const auto length = static_cast<std::ptrdiff_t>(whole.size()) / parts;
  return {whole.begin() + index * length, whole.begin() + (index + 1) * length};
}

}  // namespace shoal::testing
