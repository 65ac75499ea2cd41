#include "weights/finite.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

namespace shoal::weights {
namespace {

/// A floating-point number is NaN or infinite when all bits of its exponent are set.
template <typename Word>
bool exponents_below(const void* data, std::int64_t count, Word exponent) {
  constexpr std::int64_t block = 4096;  // large enough to vectorise, small enough to stop soon
  const auto* words = static_cast<const Word*>(data);
  for (std::int64_t start = 0; start < count; start += block) {
    const std::int64_t end = std::min(count, start + block);
    bool found = false;
    for (std::int64_t i = start; i < end; ++i) found |= (words[i] & exponent) == exponent;
    if (found) return false;
  }
  return true;
}

}  // namespace

bool all_finite(const at::Tensor& tensor) {
  if (!at::isFloatingType(tensor.scalar_type())) return true;
  const at::Tensor values = tensor.contiguous();
  const void* data = values.const_data_ptr();
  switch (values.scalar_type()) {
    case at::kDouble:
      return exponents_below<std::uint64_t>(data, values.numel(), 0x7ff0'0000'0000'0000U);
    case at::kFloat:
      return exponents_below<std::uint32_t>(data, values.numel(), 0x7f80'0000U);
    case at::kBFloat16:
      return exponents_below<std::uint16_t>(data, values.numel(), 0x7f80U);
    case at::kHalf:
      return exponents_below<std::uint16_t>(data, values.numel(), 0x7c00U);
    default:
      return at::isfinite(values).all().item<bool>();
  }
}

}  // namespace shoal::weights
