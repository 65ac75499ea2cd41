#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/kernel/attention_segment.hpp"

namespace shoal::model {

/// The segments of a batch as attention over sequences of different lengths wants them: query rows of segment s are
/// query_ends[s] … query_ends[s + 1] - 1, its keys the cache rows key_rows[key_ends[s] … key_ends[s + 1] - 1]. Causal,
/// aligned at the end: the last query of a segment sees all its keys, each earlier one a key less.
struct PackedSegments {
  std::vector<std::int64_t> key_rows;    ///< cache rows, segment after segment
  std::vector<std::int32_t> query_ends;  ///< running sums from 0, one more than segments
  std::vector<std::int32_t> key_ends;
  std::int64_t most_queries = 0;
  std::int64_t most_keys = 0;
};

/// `segments` together hold every row from 0 on once, in any order.
PackedSegments pack_segments(std::span<const AttentionSegment> segments);

}  // namespace shoal::model
