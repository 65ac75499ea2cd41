#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model/decoding/prompt_tree.hpp"
#include "model/kernel/attention_segment.hpp"

namespace shoal::model {

/// Consecutive rows that belong to one of a decoder's variants.
struct VariantRows {
  std::size_t variant;
  std::int64_t first;
  std::int64_t count;
};

/// One forward pass over packed rows, no padding anywhere. Row r is token tokens[r] at positions[r]; its key and value
/// go to cache row slots[r]. Next-token logits are wanted where `wanted` says: one-row segments, first_row being the
/// row.
struct TokenBatch {
  std::vector<std::int64_t> tokens;
  std::vector<std::int64_t> positions;
  std::vector<std::int64_t> slots;
  std::vector<AttentionSegment> segments;
  std::vector<AttentionSegment> wanted;
  std::vector<VariantRows> variants;  ///< every row once, in order; empty: all rows belong to the only variant
  std::int64_t first_slot = 0;        ///< the cache row that slots and keys are counted from

  /// Logits are wanted at `row`, whose token looks at `keys`, its own cache row the last.
  void want(std::int64_t row, std::vector<KeySpan> keys) { wanted.push_back({row, 1, std::move(keys), true}); }

  /// One more row with its own segment, its logits wanted: a step of decoding. `keys` end with the row's own slot.
  void add_step(TokenId token, std::int64_t position, std::int64_t slot, std::vector<KeySpan> keys);
};

/// All prompts of a block at once; cache rows are the tree's rows. Nothing is wanted yet.
TokenBatch rows_of(const PromptTree& tree);

/// The same with logits wanted at the end of each prompt, in order.
TokenBatch batch_of(const PromptTree& tree);

}  // namespace shoal::model
