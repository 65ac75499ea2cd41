#include "model/kernel/attention_kernel.hpp"

#include <cmath>

#include "model/kernel/single_query_attention.hpp"
#include "model/kernel/tiled_attention.hpp"

namespace shoal::model {

namespace {

void list_rows(const AttentionSegment& segment, std::vector<std::int64_t>& rows) {
  rows.clear();
  for (const KeySpan& span : segment.keys) {
    for (std::int64_t row = span.first; row < span.first + span.count; ++row) rows.push_back(row);
  }
}

template <typename T>
void attend(const AttentionShape& shape, std::span<const AttentionSegment> segments, const AttentionData<T>& data,
            AttentionScratch& scratch) {
  const float scale = 1.0F / std::sqrt(static_cast<float>(shape.head_dim));
  const auto group = shape.heads / shape.kv_heads;
  for (const AttentionSegment& segment : segments) {
    const auto keys = segment.key_count();
    const bool single = segment.single_query && has_single_query_kernel(shape.head_dim);
    if (single) list_rows(segment, scratch.rows);
    for (std::int64_t index = 0; index < shape.kv_heads; ++index) {
      const Head<T> head{shape, segment, data, index, group, keys, padded_to_pair(keys), padded_to_pair(shape.head_dim),
                         scale};
      if (single) {
        attend_single(head, scratch.rows, scratch);
      } else {
        attend_tiled(head, scratch);
      }
    }
  }
}

}  // namespace

void attend_rows(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                 const AttentionData<float>& data, AttentionScratch& scratch) {
  attend(shape, segments, data, scratch);
}

void attend_rows(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                 const AttentionData<c10::BFloat16>& data, AttentionScratch& scratch) {
  attend(shape, segments, data, scratch);
}

}  // namespace shoal::model
