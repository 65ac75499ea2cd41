#pragma once

#include <cstdint>
#include <limits>

#include "model/kernel/attention_kernel.hpp"
#include "model/kernel/simd.hpp"

namespace shoal::model {

/// Keys, or columns of the values, that the tiled kernel does at once: two vectors.
inline constexpr std::int64_t key_pair = 2 * simd::lanes;

SHOAL_INLINE std::int64_t padded_to_pair(std::int64_t count) { return (count + key_pair - 1) / key_pair * key_pair; }

/// One key-value head of one segment. The group of query heads that share it is treated as further query rows:
/// query row r is head r % group of row r / group.
template <typename T>
struct Head {
  const AttentionShape& shape;
  const AttentionSegment& segment;
  const AttentionData<T>& data;
  std::int64_t index;   // of the key-value head
  std::int64_t group;   // query heads that share it
  std::int64_t keys;    // number of keys
  std::int64_t stride;  // keys rounded up to a pair: row length of the scores
  std::int64_t width;   // head_dim rounded up to a pair: row length of the values
  float scale;

  SHOAL_INLINE std::int64_t query_rows() const { return segment.rows * group; }
  SHOAL_INLINE std::int64_t limit(std::int64_t r) const { return keys - segment.rows + r / group + 1; }
  SHOAL_INLINE std::int64_t column(std::int64_t r) const { return (index * group + r % group) * shape.head_dim; }
  SHOAL_INLINE std::int64_t query_offset(std::int64_t r) const {
    return (segment.first_row + r / group) * shape.heads * shape.head_dim + column(r);
  }
  SHOAL_INLINE const T* query(std::int64_t r) const { return data.queries + query_offset(r); }
  SHOAL_INLINE T* out(std::int64_t r) const { return data.out + query_offset(r); }
  SHOAL_INLINE std::int64_t cache_offset(std::int64_t row) const {
    return (row * shape.kv_heads + index) * shape.head_dim;
  }
};

// scores[j] <- exp(scores[j] - max) for j < limit, 0 from there to `end` (a multiple of 16); returns their sum.
SHOAL_INLINE float exponentiate(float* scores, std::int64_t limit, std::int64_t end) {
  const float unseen = -std::numeric_limits<float>::infinity();
  for (std::int64_t j = limit; j < end; ++j) scores[j] = unseen;
  simd::Floats highest = simd::broadcast(unseen);
  for (std::int64_t j = 0; j < end; j += simd::lanes) highest = simd::larger(simd::load(scores + j), highest);
  const simd::Floats peak = simd::broadcast(simd::maximum(highest));
  simd::Floats total{};
  for (std::int64_t j = 0; j < end; j += simd::lanes) {
    const simd::Floats weight = simd::exponential(simd::load(scores + j) - peak);
    simd::store(scores + j, weight);
    total += weight;
  }
  return simd::sum(total);
}

}  // namespace shoal::model
