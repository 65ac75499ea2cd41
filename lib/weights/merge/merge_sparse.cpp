#include "weights/merge/merge_sparse.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/philox.hpp"

namespace shoal::weights {
namespace {

constexpr std::int64_t grain = 32768;

/// The smallest magnitude that is kept, and how many numbers of just that magnitude are.
struct Threshold {
  float magnitude;
  std::int64_t equal;
};

Threshold threshold_of(std::span<const float> values, std::size_t kept) {
  std::vector<float> magnitudes(values.size());
  std::ranges::transform(values, magnitudes.begin(), [](float value) { return std::abs(value); });
  const auto last = magnitudes.begin() + static_cast<std::ptrdiff_t>(kept - 1);
  std::ranges::nth_element(magnitudes, last, std::greater{});
  const float magnitude = *last;
  return {magnitude, std::ranges::count(magnitudes.begin(), last + 1, magnitude)};
}

std::span<const float> numbers_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

float elected(std::span<const float* const> deltas, std::span<const float> weights, std::int64_t i) {
  float balance = 0.0F;
  for (std::size_t k = 0; k < deltas.size(); ++k) balance += weights[k] * deltas[k][i];
  const bool positive = balance >= 0.0F;
  float sum = 0.0F;
  float divisor = 0.0F;
  for (std::size_t k = 0; k < deltas.size(); ++k) {
    const float term = weights[k] * deltas[k][i];
    if (positive ? !(term > 0.0F) : !(term < 0.0F)) continue;
    sum += term;
    divisor += weights[k];
  }
  return divisor == 0.0F ? sum : sum / divisor;
}

}  // namespace

at::Tensor trim(const at::Tensor& delta, double density) {
  const std::span<const float> values = numbers_of(delta);
  const auto share = static_cast<std::size_t>(density * static_cast<double>(values.size()));
  const std::size_t kept = std::max<std::size_t>(share, 1);
  if (kept >= values.size()) return delta.clone();
  auto [magnitude, equal] = threshold_of(values, kept);
  at::Tensor result = at::zeros_like(delta);
  auto* out = result.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float size = std::abs(values[i]);
    if (size > magnitude || (size == magnitude && equal-- > 0)) out[i] = values[i];
  }
  return result;
}

at::Tensor drop(const at::Tensor& delta, double density, const MaskPlace& place) {
  const std::span<const float> values = numbers_of(delta);
  at::Tensor result = at::zeros_like(delta);
  auto* out = result.mutable_data_ptr<float>();
  const double limit = density * 0x1.0p32;
  const auto divisor = static_cast<float>(density);
  for (std::size_t begin = 0; begin < values.size(); begin += 4) {
    const auto index = static_cast<std::uint32_t>(begin / 4);
    const auto words = random_words(place.seed, {place.tensor, place.expert, Purpose::merge_mask, index});
    for (std::size_t i = begin; i < std::min(begin + 4, values.size()); ++i) {
      if (words[i - begin] < limit) out[i] = values[i] / divisor;
    }
  }
  return result;
}

at::Tensor elected_mean(std::span<const at::Tensor> deltas, std::span<const double> weights) {
  at::Tensor result = at::empty_like(deltas.front());
  auto* out = result.mutable_data_ptr<float>();
  std::vector<const float*> values;
  for (const at::Tensor& delta : deltas) values.push_back(delta.const_data_ptr<float>());
  const std::vector<float> factors(weights.begin(), weights.end());
  at::parallel_for(0, result.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) out[i] = elected(values, factors, i);
  });
  return result;
}

}  // namespace shoal::weights
