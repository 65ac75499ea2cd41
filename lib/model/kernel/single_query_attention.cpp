#include "model/kernel/single_query_attention.hpp"

#include <algorithm>

namespace shoal::model {

namespace {

using simd::Floats;
using simd::lanes;
constexpr std::size_t step = lanes;
using Rows = std::vector<std::int64_t>;

// In all templates: a head is `count` vectors of 16 numbers, and `group` query heads are done together; known at
// compile time so that queries and sums stay in registers.

template <std::size_t count, std::size_t group, typename T>
SHOAL_INLINE void load_queries(const Head<T>& head, std::int64_t first, Floats (&queries)[group][count]) {
  for (std::size_t r = 0; r < group; ++r) {
    for (std::size_t c = 0; c < count; ++c)
      queries[r][c] = simd::load(head.query(first + static_cast<std::int64_t>(r)) + c * step) * head.scale;
  }
}

// scores[r, j] = query r . key j, sixteen keys at a time so that their sums across lanes are taken together.
template <std::size_t count, std::size_t group, typename T>
SHOAL_INLINE void score(const Head<T>& head, const Rows& rows, std::int64_t first, float* scores) {
  Floats queries[group][count];
  load_queries<count, group>(head, first, queries);
  for (std::int64_t j = 0; j < head.keys; j += lanes) {
    Floats sums[group][step];
    for (std::size_t i = 0; i < step; ++i) {
      const auto row = rows[std::min(static_cast<std::size_t>(j) + i, rows.size() - 1)];
      const T* const key = head.data.keys + head.cache_offset(row);
      Floats products[group] = {};
#pragma GCC unroll 8
      for (std::size_t c = 0; c < count; ++c) {
        const Floats k = simd::load(key + c * step);
#pragma GCC unroll 3
        for (std::size_t r = 0; r < group; ++r) products[r] += queries[r][c] * k;
      }
#pragma GCC unroll 3
      for (std::size_t r = 0; r < group; ++r) sums[r][i] = products[r];
    }
    for (std::size_t r = 0; r < group; ++r)
      simd::store(scores + static_cast<std::int64_t>(r) * head.stride + j, simd::sums_of_each(sums[r]));
  }
}

// out[r] = sum_j weights[r, j] value j / total[r]
template <std::size_t count, std::size_t group, typename T>
SHOAL_INLINE void average(const Head<T>& head, const Rows& rows, std::int64_t first, const float* weights,
                          const float (&totals)[group]) {
  Floats means[group][count] = {};
  for (std::int64_t j = 0; j < head.keys; ++j) {
    const T* const value = head.data.values + head.cache_offset(rows[static_cast<std::size_t>(j)]);
#pragma GCC unroll 8
    for (std::size_t c = 0; c < count; ++c) {
      const Floats v = simd::load(value + c * step);
#pragma GCC unroll 3
      for (std::size_t r = 0; r < group; ++r)
        means[r][c] += v * weights[static_cast<std::int64_t>(r) * head.stride + j];
    }
  }
  for (std::size_t r = 0; r < group; ++r) {
    for (std::size_t c = 0; c < count; ++c)
      simd::store(head.out(first + static_cast<std::int64_t>(r)) + c * step, means[r][c] / totals[r]);
  }
}

template <std::size_t count, std::size_t group, typename T>
SHOAL_INLINE void attend_group(const Head<T>& head, const Rows& rows, std::int64_t first, float* scores) {
  score<count, group>(head, rows, first, scores);
  float totals[group];
  for (std::size_t r = 0; r < group; ++r)
    totals[r] = exponentiate(scores + static_cast<std::int64_t>(r) * head.stride, head.keys, head.stride);
  average<count, group>(head, rows, first, scores, totals);
}

template <std::size_t count, typename T>
SHOAL_INLINE void attend_groups(const Head<T>& head, const Rows& rows, AttentionScratch& scratch) {
  scratch.scores.resize(static_cast<std::size_t>(3 * head.stride));
  std::int64_t first = 0;
  for (; first + 3 <= head.group; first += 3) attend_group<count, 3>(head, rows, first, scratch.scores.data());
  for (; first < head.group; ++first) attend_group<count, 1>(head, rows, first, scratch.scores.data());
}

template <typename T>
SHOAL_INLINE void attend(const Head<T>& head, const Rows& rows, AttentionScratch& scratch) {
  const auto size = head.shape.head_dim;
  if (size == 16) return attend_groups<1>(head, rows, scratch);
  if (size == 32) return attend_groups<2>(head, rows, scratch);
  if (size == 64) return attend_groups<4>(head, rows, scratch);
  attend_groups<8>(head, rows, scratch);
}

}  // namespace

bool has_single_query_kernel(std::int64_t head_dim) {
  return head_dim == 16 || head_dim == 32 || head_dim == 64 || head_dim == 128;
}

SHOAL_SIMD void attend_single(const Head<float>& head, const Rows& rows, AttentionScratch& scratch) {
  attend(head, rows, scratch);
}

SHOAL_SIMD void attend_single(const Head<c10::BFloat16>& head, const Rows& rows, AttentionScratch& scratch) {
  attend(head, rows, scratch);
}

}  // namespace shoal::model
