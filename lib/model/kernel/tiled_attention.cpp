#include "model/kernel/tiled_attention.hpp"

#include <algorithm>

namespace shoal::model {

namespace {

using simd::Floats;
using simd::lanes;

constexpr std::int64_t tile = 6;  // query rows at once: 6 x 2 accumulators leave room in the 32 AVX-512 registers

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
  for (std::int64_t j = 0; j < limit; j += key_pair) {
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
  const auto end = padded_to_pair(limit);
  float* const scores = scratch.scores.data();
  load_queries(head, first, count, queries);
  score_tile(queries, scratch.keys.data(), head.shape.head_dim, limit, head.stride, scores);
  float sums[tile];
  for (std::int64_t r = 0; r < tile; ++r) {
    sums[r] = exponentiate(scores + r * head.stride, head.limit(first + std::min(r, count - 1)), end);
  }
  for (std::int64_t c = 0; c < head.width; c += key_pair) {
    Floats means[tile][2] = {};
    average_tile(scores, head.stride, scratch.values.data(), head.width, limit, c, means);
    for (std::int64_t r = 0; r < count; ++r) {
      write_columns(head, first + r, c, means[r][0] / sums[r]);
      write_columns(head, first + r, c + lanes, means[r][1] / sums[r]);
    }
  }
}

template <typename T>
SHOAL_INLINE void attend_tiles(const Head<T>& head, AttentionScratch& scratch) {
  pack(head, scratch);
  const auto queries = head.shape.head_dim * tile;
  scratch.scores.resize(static_cast<std::size_t>(tile * head.stride + queries));
  for (std::int64_t first = 0; first < head.query_rows(); first += tile) {
    const auto count = std::min(tile, head.query_rows() - first);
    attend_tile(head, first, count, scratch.scores.data() + tile * head.stride, scratch);
  }
}

}  // namespace

SHOAL_SIMD void attend_tiled(const Head<float>& head, AttentionScratch& scratch) { attend_tiles(head, scratch); }

SHOAL_SIMD void attend_tiled(const Head<c10::BFloat16>& head, AttentionScratch& scratch) {
  attend_tiles(head, scratch);
}

}  // namespace shoal::model
