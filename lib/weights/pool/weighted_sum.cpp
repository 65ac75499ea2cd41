#include "weights/pool/weighted_sum.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "weights/pool/device_sum.hpp"

namespace shoal::weights {
namespace {

constexpr std::int64_t block = 32768;  // 128 KiB of sums stay in the second-level cache while the terms stream past

/// A term as the inner loops want it: float32 coefficient, raw memory.
struct Stream {
  const void* data;
  at::ScalarType type;
  float coefficient;

  template <typename T>
  const T* from(std::int64_t start) const {
    return static_cast<const T*>(data) + start;
  }
};

// sum[i] <- sum[i] + a x[i]
template <typename T>
void add_one(float* __restrict sum, const Stream& term, std::int64_t start, std::int64_t count) {
  const T* x = term.from<T>(start);
  const float a = term.coefficient;
  for (std::int64_t i = 0; i < count; ++i) sum[i] += a * static_cast<float>(x[i]);
}

// The same for four terms, in their order: the sums travel a quarter as often, and more memory is on its way at once.
template <typename T>
void add_four(float* __restrict sum, const Stream* terms, std::int64_t start, std::int64_t count) {
  const T* x0 = terms[0].from<T>(start);
  const T* x1 = terms[1].from<T>(start);
  const T* x2 = terms[2].from<T>(start);
  const T* x3 = terms[3].from<T>(start);
  const float a0 = terms[0].coefficient;
  const float a1 = terms[1].coefficient;
  const float a2 = terms[2].coefficient;
  const float a3 = terms[3].coefficient;
  for (std::int64_t i = 0; i < count; ++i) {
    float s = sum[i] + a0 * static_cast<float>(x0[i]);
    s += a1 * static_cast<float>(x1[i]);
    s += a2 * static_cast<float>(x2[i]);
    sum[i] = s + a3 * static_cast<float>(x3[i]);
  }
}

/// Adds the first four terms when all are of type T, else the first; returns how many it added.
template <typename T>
std::size_t add_some(float* sum, std::span<const Stream> terms, std::int64_t start, std::int64_t count) {
  const auto same = [&](const Stream& term) { return term.type == terms.front().type; };
  if (terms.size() >= 4 && std::ranges::all_of(terms.first(4), same)) {
    add_four<T>(sum, terms.data(), start, count);
    return 4;
  }
  add_one<T>(sum, terms.front(), start, count);
  return 1;
}

std::size_t add_some(float* sum, std::span<const Stream> terms, std::int64_t start, std::int64_t count) {
  switch (terms.front().type) {
    case at::kFloat:
      return add_some<float>(sum, terms, start, count);
    case at::kBFloat16:
      return add_some<at::BFloat16>(sum, terms, start, count);
    case at::kHalf:
      return add_some<at::Half>(sum, terms, start, count);
    case at::kDouble:
      return add_some<double>(sum, terms, start, count);
    default:
      fail(ExitCode::internal, "only floating-point tensors have weighted sums.");
  }
}

void sum_block(float* sum, std::span<const Stream> terms, std::int64_t start, std::int64_t count) {
  std::fill_n(sum + start, count, -0.0F);  // -0 + x is x for every x, also for -0
  while (!terms.empty()) terms = terms.subspan(add_some(sum + start, terms, start, count));
}

std::vector<Stream> streams_of(std::span<const Term> terms) {
  std::vector<Stream> streams;
  for (const auto& [values, coefficient] : terms) {
    expect(values.is_contiguous() && values.sizes() == terms.front().values.sizes(),
           "the terms of a weighted sum are contiguous and of one shape.");
    streams.push_back({values.const_data_ptr(), values.scalar_type(), static_cast<float>(coefficient)});
  }
  return streams;
}

}  // namespace

at::Tensor weighted_sum(std::span<const Term> terms) {
  expect(!terms.empty(), "a weighted sum has at least one term.");
  if (!terms.front().values.is_cpu()) return weighted_sum_on_device(terms);
  const std::vector<Stream> streams = streams_of(terms);
  at::Tensor result = at::empty(terms.front().values.sizes(), at::kFloat);
  const std::int64_t count = result.numel();
  auto* sum = result.mutable_data_ptr<float>();
  at::parallel_for(0, (count + block - 1) / block, 2, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      sum_block(sum, streams, i * block, std::min(block, count - i * block));
    }
  });
  return result;
}

}  // namespace shoal::weights
