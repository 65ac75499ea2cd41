#include "model/kernel/packed_segments.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace shoal::model {

namespace {

void append_rows(const AttentionSegment& segment, std::vector<std::int64_t>& rows) {
  for (const KeySpan& span : segment.keys) {
    for (std::int64_t row = span.first; row < span.first + span.count; ++row) rows.push_back(row);
  }
}

}  // namespace

PackedSegments pack_segments(std::span<const AttentionSegment> segments) {
  std::vector<const AttentionSegment*> ordered;
  for (const AttentionSegment& segment : segments) ordered.push_back(&segment);
  std::ranges::sort(ordered, {}, &AttentionSegment::first_row);
  PackedSegments packed{{}, {0}, {0}};
  for (const AttentionSegment* segment : ordered) {
    expect(segment->first_row == packed.query_ends.back(), "packed segments hold every row once.");
    append_rows(*segment, packed.key_rows);
    packed.query_ends.push_back(static_cast<std::int32_t>(segment->first_row + segment->rows));
    packed.key_ends.push_back(static_cast<std::int32_t>(packed.key_rows.size()));
    packed.most_queries = std::max(packed.most_queries, segment->rows);
    packed.most_keys = std::max(packed.most_keys, segment->key_count());
  }
  return packed;
}

}  // namespace shoal::model
