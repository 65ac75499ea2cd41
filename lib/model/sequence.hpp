#pragma once

#include "model/attention_segment.hpp"
#include "model/generation.hpp"

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

/// Cache rows that a request's generated tokens need: the last one is never fed back.
std::int64_t generated_slots(const GenerationRequest& request);

}  // namespace shoal::model
