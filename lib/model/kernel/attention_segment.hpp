#pragma once

#include <cstdint>
#include <vector>

namespace shoal::model {

/// Consecutive rows of the key-value cache.
struct KeySpan {
  std::int64_t first;
  std::int64_t count;
};

/// Consecutive query rows of one sequence and the cache rows that they look at, in order of position. The last `rows`
/// keys are those of the queries themselves: query i sees all keys but the last rows - 1 - i.
struct AttentionSegment {
  std::int64_t first_row;
  std::int64_t rows;
  std::vector<KeySpan> keys;
  /// Takes the kernel for one query. Decided by what the row is (a step of decoding, a prompt's end in the last layer)
  /// and never by how many rows happen to share a segment, so that no bit of a result depends on other prompts.
  bool single_query = false;

  std::int64_t key_count() const {
    std::int64_t count = 0;
    for (const KeySpan& span : keys) count += span.count;
    return count;
  }
};

/// Query head h reads key-value head h / (heads / kv_heads).
struct AttentionShape {
  std::int64_t heads;
  std::int64_t kv_heads;
  std::int64_t head_dim;
};

}  // namespace shoal::model
