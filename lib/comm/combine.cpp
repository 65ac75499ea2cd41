#include "comm/combine.hpp"

#include <algorithm>
#include <cstdint>

#include "base/bfloat16.hpp"
#include "base/error.hpp"

namespace shoal::comm {
namespace {

double widened(double number) { return number; }
float widened(float number) { return number; }
float widened(std::uint16_t bfloat16) { return from_bfloat16(bfloat16); }

void store(double number, double& target) { target = number; }
void store(float number, float& target) { target = number; }
void store(float number, std::uint16_t& target) { target = to_bfloat16(number); }

template <typename Number>
Number combined(Number a, Number b, ReduceOp op) {
  return op == ReduceOp::sum ? a + b : std::max(a, b);
}

template <typename T>
void combine_typed(const Buffer& parts, ReduceOp op, const Buffer& target) {
  const auto* const numbers = static_cast<const T*>(parts.data);
  auto* const result = static_cast<T*>(target.data);
  for (std::size_t i = 0; i < target.count; ++i) {
    auto value = widened(numbers[i]);
    for (std::size_t at = i + target.count; at < parts.count; at += target.count) {
      value = combined(value, widened(numbers[at]), op);
    }
    store(value, result[i]);
  }
}

}  // namespace

void combine(const Buffer& parts, ReduceOp op, const Buffer& target) {
  expect(parts.type == target.type, "numbers of two types are not combined.");
  switch (target.type) {
    case ScalarType::float64:
      return combine_typed<double>(parts, op, target);
    case ScalarType::float32:
      return combine_typed<float>(parts, op, target);
    case ScalarType::bfloat16:
      return combine_typed<std::uint16_t>(parts, op, target);
  }
}

}  // namespace shoal::comm
