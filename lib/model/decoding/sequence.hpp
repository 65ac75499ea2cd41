#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "model/decoding/generation.hpp"
#include "model/decoding/prompt_tree.hpp"
#include "model/decoding/token_batch.hpp"
#include "model/kernel/attention_segment.hpp"

namespace shoal::model {

/// One request on its way.
struct Sequence {
  const GenerationRequest* request;
  Generation* result;
  std::vector<KeySpan> prompt_keys;  ///< cache rows of the prompt
  std::int64_t first_slot;           ///< cache rows of the generated tokens follow each other from here
  std::size_t variant = 0;           ///< which of a decoder's variants it belongs to

  std::int64_t prompt_tokens() const { return static_cast<std::int64_t>(request->prompt.size()); }
  std::int64_t generated() const { return static_cast<std::int64_t>(result->output_ids.size()); }
  std::int64_t tokens_left() const { return request->max_new_tokens - generated(); }

  /// Takes in the next token; true when the sequence is finished.
  bool accept(const ModelConfig& config, TokenId token);
};

PromptTree tree_of(std::span<const GenerationRequest> requests, PrefixSharing sharing);

/// Positions that the longest of the requests may reach.
std::int64_t longest(std::span<const GenerationRequest> requests);

/// Cache rows of a block: the tree's, then those of the generated tokens.
std::int64_t cache_rows(const PromptTree& tree, std::span<const GenerationRequest> requests);

/// What one model has read and written of a block.
GenerationCounts count_tokens(const PromptTree& tree, std::span<const GenerationRequest> requests,
                              std::span<const Generation> generations);

/// The sequences of a block's prompts, before any token has been generated. `first_slot`: where the block's part of the
/// cache begins, the tree's rows first. `results` [requests] take the generated tokens.
std::vector<Sequence> start_sequences(const PromptTree& tree, std::span<const GenerationRequest> requests,
                                      std::vector<Generation>& results, std::int64_t first_slot = 0);

/// The next step: one row per sequence, its newest token, which looks at the prompt and at everything generated.
TokenBatch step_of(std::span<const Sequence> active);

/// Gives every sequence the token with the highest of its scores [sequences, vocabulary]; ties go to the lowest id, as
/// in Hugging Face's greedy search. Those that are finished leave.
void accept_best(const ModelConfig& config, const at::Tensor& scores, std::vector<Sequence>& active);

/// Cache rows that a request's generated tokens need: the last one is never fed back.
std::int64_t generated_slots(const GenerationRequest& request);

}  // namespace shoal::model
