#pragma once

#include <c10/util/BFloat16.h>

#include <span>
#include <vector>

#include "model/kernel/attention_segment.hpp"

namespace shoal::model {

/// Working memory of one thread's attention, reused from segment to segment.
struct AttentionScratch {
  std::vector<float> keys;         ///< [blocks of 16 keys][head_dim][16]
  std::vector<float> values;       ///< [keys, padded head_dim]
  std::vector<std::int64_t> rows;  ///< cache rows of one segment's keys
  std::vector<float> scores;       ///< [query rows of a tile, padded keys]
};

/// Where the numbers of one layer lie. queries, out [rows, heads head_dim]; keys, values [cache rows, kv_heads
/// head_dim].
template <typename T>
struct AttentionData {
  const T* queries;
  const T* keys;
  const T* values;
  T* out;
};

/// out = softmax(q k^T / sqrt(head_dim)) v for every segment, on the calling thread, in float32 whatever the storage
/// type. Why not ATen's: it computes the masked half, needs a gathered copy of the keys of every segment, and converts
/// bfloat16 keys ten times slower when there is a single query (decoding).
void attend_rows(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                 const AttentionData<float>& data, AttentionScratch& scratch);
void attend_rows(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                 const AttentionData<c10::BFloat16>& data, AttentionScratch& scratch);

}  // namespace shoal::model
