#include "model/attention_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/simd.hpp"

namespace shoal::model {

namespace {

using simd::Floats;
using simd::lanes;

constexpr std::int64_t tile = 6;          // query rows at once: 6 x 2 accumulators fill the AVX-512 registers
constexpr std::int64_t pair = 2 * lanes;  // keys, or columns of the values, at once
constexpr float unseen = -std::numeric_limits<float>::infinity();

// One key-value head of one segment. The group of query heads that share it is treated as further query rows:
// query row r is head r % group of row r / group.
template <typename T>
struct Head {
  const AttentionShape& shape;
  const AttentionSegment& segment;
  const AttentionData<T>& data;
  std::int64_t index;   // of the key-value head
  std::int64_t group;   // query heads that share it
  std::int64_t keys;    // number of keys
  std::int64_t stride;  // keys rounded up to `pair`: row length of the scores
  std::int64_t width;   // head_dim rounded up to `pair`: row length of the values
  float scale;

  SHOAL_INLINE std::int64_t query_rows() const { return segment.rows * group; }
  SHOAL_INLINE std::int64_t limit(std::int64_t r) const { return keys - segment.rows + r / group + 1; }
  SHOAL_INLINE std::int64_t column(std::int64_t r) const { return (index * group + r % group) * shape.head_dim; }
  SHOAL_INLINE const T* query(std::int64_t r) const {
    return data.queries + (segment.first_row + r / group) * data.query_stride + column(r);
  }
  SHOAL_INLINE T* out(std::int64_t r) const {
    return data.out + (segment.first_row + r / group) * shape.heads * shape.head_dim + column(r);
  }
  SHOAL_INLINE std::int64_t cache_offset(std::int64_t row) const {
    return (row * shape.kv_heads + index) * shape.head_dim;
  }
};

template <typename T>
SHOAL_INLINE void copy_as_floats(const T* from, float* to, std::int64_t count) {
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) simd::store(to + i, simd::load(from + i));
  for (; i < count; ++i) to[i] = static_cast<float>(from[i]);
}

// Keys transposed in blocks of 16 so that a score tile needs no horizontal sums; values as plain float rows.
template <typename T>
SHOAL_INLINE void pack(const Head<T>& head, AttentionScratch& scratch) {
  const auto d = head.shape.head_dim;
  scratch.keys.assign(static_cast<std::size_t>(head.stride * d), 0.0F);
  scratch.values.assign(static_cast<std::size_t>(head.stride * head.width), 0.0F);
  std::int64_t j = 0;
  for (const KeySpan& span : head.segment.keys) {
    for (std::int64_t row = span.first; row < span.first + span.count; ++row, ++j) {
      const T* const key = head.data.keys + head.cache_offset(row);
      float* const block = scratch.keys.data() + j / lanes * lanes * d + j % lanes;
      for (std::int64_t c = 0; c < d; ++c) block[c * lanes] = static_cast<float>(key[c]);
      copy_as_floats(head.data.values + head.cache_offset(row), scratch.values.data() + j * head.width, d);
    }
  }
}

// scores[r, j] = queries[:, r] . keys[:, j] for the keys below `limit`; queries [head_dim, tile], already scaled.
SHOAL_INLINE void score_tile(const float* queries, const float* keys, std::int64_t head_dim, std::int64_t limit,
                             std::int64_t stride, float* scores) {
  for (std::int64_t j = 0; j < limit; j += pair) {
    Floats sums[tile][2] = {};
    const float* const first = keys + j * head_dim;
    const float* const second = first + lanes * head_dim;
    for (std::int64_t c = 0; c < head_dim; ++c) {
      const Floats a = simd::load(first + c * lanes);
      const Floats b = simd::load(second + c * lanes);
#pragma GCC unroll 6
      for (std::int64_t r = 0; r < tile; ++r) {
        sums[r][0] += a * queries[c * tile + r];
        sums[r][1] += b * queries[c * tile + r];
      }
    }
#pragma GCC unroll 6
    for (std::int64_t r = 0; r < tile; ++r) {
      simd::store(scores + r * stride + j, sums[r][0]);
      simd::store(scores + r * stride + j + lanes, sums[r][1]);
    }
  }
}

// scores[j] <- exp(scores[j] - max) for j < limit, 0 from there to `end`; returns their sum.
SHOAL_INLINE float exponentiate(float* scores, std::int64_t limit, std::int64_t end) {
  for (std::int64_t j = limit; j < end; ++j) scores[j] = unseen;
  Floats highest = simd::broadcast(unseen);
  for (std::int64_t j = 0; j < end; j += lanes) highest = simd::larger(simd::load(scores + j), highest);
  const Floats peak = simd::broadcast(simd::maximum(highest));
  Floats total{};
  for (std::int64_t j = 0; j < end; j += lanes) {
    const Floats weight = simd::exponential(simd::load(scores + j) - peak);
    simd::store(scores + j, weight);
    total += weight;
  }
  return simd::sum(total);
}

// means[r, c] = sum_j weights[r, j] values[j, c], two vectors of columns at a time.
SHOAL_INLINE void average_tile(const float* weights, std::int64_t stride, const float* values, std::int64_t width,
                               std::int64_t limit, std::int64_t c, Floats (&means)[tile][2]) {
  for (std::int64_t j = 0; j < limit; ++j) {
    const Floats a = simd::load(values + j * width + c);
    const Floats b = simd::load(values + j * width + c + lanes);
#pragma GCC unroll 6
    for (std::int64_t r = 0; r < tile; ++r) {
      means[r][0] += a * weights[r * stride + j];
      means[r][1] += b * weights[r * stride + j];
    }
  }
}

template <typename T>
SHOAL_INLINE void write_columns(const Head<T>& head, std::int64_t r, std::int64_t c, Floats values) {
  const auto count = std::min(head.shape.head_dim - c, lanes);
  if (count == lanes) {
    simd::store(head.out(r) + c, values);
  } else if (count > 0) {
    simd::store_some(head.out(r) + c, values, count);
  }
}

template <typename T>
SHOAL_INLINE void load_queries(const Head<T>& head, std::int64_t first, std::int64_t count, float* queries) {
  const auto d = head.shape.head_dim;
  for (std::int64_t r = 0; r < tile; ++r) {
    const T* const query = head.query(first + std::min(r, count - 1));
    for (std::int64_t c = 0; c < d; ++c) queries[c * tile + r] = static_cast<float>(query[c]) * head.scale;
  }
}

template <typename T>
SHOAL_INLINE void attend_tile(const Head<T>& head, std::int64_t first, std::int64_t count, float* queries,
                              AttentionScratch& scratch) {
  const auto limit = head.limit(first + count - 1);
  const auto end = (limit + pair - 1) / pair * pair;
  float* const scores = scratch.scores.data();
  load_queries(head, first, count, queries);
  score_tile(queries, scratch.keys.data(), head.shape.head_dim, limit, head.stride, scores);
  float sums[tile];
  for (std::int64_t r = 0; r < tile; ++r) {
    sums[r] = exponentiate(scores + r * head.stride, head.limit(first + std::min(r, count - 1)), end);
  }
  for (std::int64_t c = 0; c < head.width; c += pair) {
    Floats means[tile][2] = {};
    average_tile(scores, head.stride, scratch.values.data(), head.width, limit, c, means);
    for (std::int64_t r = 0; r < count; ++r) {
      write_columns(head, first + r, c, means[r][0] / sums[r]);
      write_columns(head, first + r, c + lanes, means[r][1] / sums[r]);
    }
  }
}

template <typename T>
SHOAL_INLINE void attend_tiled(const Head<T>& head, AttentionScratch& scratch) {
  pack(head, scratch);
  const auto queries = head.shape.head_dim * tile;
  scratch.scores.resize(static_cast<std::size_t>(tile * head.stride + queries));
  for (std::int64_t first = 0; first < head.query_rows(); first += tile) {
    const auto count = std::min(tile, head.query_rows() - first);
    attend_tile(head, first, count, scratch.scores.data() + tile * head.stride, scratch);
  }
}

template <typename T>
SHOAL_INLINE float dot(const T* a, const T* b, std::int64_t count) {
  Floats total{};
  for (std::int64_t c = 0; c < count; c += lanes) total += simd::load(a + c) * simd::load(b + c);
  return simd::sum(total);
}

// A single query row (decoding): every key is used by `group` heads only, so it is read in place.
template <typename T>
SHOAL_INLINE void score_in_place(const Head<T>& head, float* scores) {
  std::int64_t j = 0;
  for (const KeySpan& span : head.segment.keys) {
    for (std::int64_t row = span.first; row < span.first + span.count; ++row, ++j) {
      const T* const key = head.data.keys + head.cache_offset(row);
      for (std::int64_t r = 0; r < head.group; ++r) {
        scores[r * head.stride + j] = dot(head.query(r), key, head.shape.head_dim) * head.scale;
      }
    }
  }
}

template <typename T>
SHOAL_INLINE Floats average_in_place(const Head<T>& head, const float* weights, std::int64_t c) {
  Floats mean{};
  std::int64_t j = 0;
  for (const KeySpan& span : head.segment.keys) {
    const T* value = head.data.values + head.cache_offset(span.first) + c;
    for (std::int64_t i = 0; i < span.count; ++i, ++j) {
      mean += simd::load(value) * weights[j];
      value += head.shape.kv_heads * head.shape.head_dim;
    }
  }
  return mean;
}

template <typename T>
SHOAL_INLINE void attend_in_place(const Head<T>& head, AttentionScratch& scratch) {
  scratch.scores.resize(static_cast<std::size_t>(head.group * head.stride));
  score_in_place(head, scratch.scores.data());
  for (std::int64_t r = 0; r < head.group; ++r) {
    float* const weights = scratch.scores.data() + r * head.stride;
    const float total = exponentiate(weights, head.keys, head.stride);
    for (std::int64_t c = 0; c < head.shape.head_dim; c += lanes) {
      simd::store(head.out(r) + c, average_in_place(head, weights, c) / total);
    }
  }
}

SHOAL_INLINE std::int64_t rounded_up(std::int64_t count) { return (count + pair - 1) / pair * pair; }

template <typename T>
SHOAL_INLINE void attend(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                         const AttentionData<T>& data, AttentionScratch& scratch) {
  const float scale = 1.0F / std::sqrt(static_cast<float>(shape.head_dim));
  for (const AttentionSegment& segment : segments) {
    const auto keys = segment.key_count();
    for (std::int64_t index = 0; index < shape.kv_heads; ++index) {
      const Head<T> head{
          shape, segment, data, index, shape.heads / shape.kv_heads, keys, rounded_up(keys), rounded_up(shape.head_dim),
          scale};
      if (segment.rows == 1 && shape.head_dim % lanes == 0) {
        attend_in_place(head, scratch);
      } else {
        attend_tiled(head, scratch);
      }
    }
  }
}

}  // namespace

SHOAL_SIMD void attend_rows(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                            const AttentionData<float>& data, AttentionScratch& scratch) {
  attend(shape, segments, data, scratch);
}

SHOAL_SIMD void attend_rows(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                            const AttentionData<c10::BFloat16>& data, AttentionScratch& scratch) {
  attend(shape, segments, data, scratch);
}

}  // namespace shoal::model
