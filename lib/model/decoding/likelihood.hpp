#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "model/decoding/generation.hpp"
#include "model/decoding/log_probability.hpp"

namespace shoal::model {

/// A text whose probability after a prompt is asked for. Neither may be empty.
struct LikelihoodRequest {
  std::span<const TokenId> prompt;
  std::span<const TokenId> continuation;
};

struct LikelihoodResult {
  std::vector<Likelihood> likelihoods;  ///< one per request, in order
  GenerationCounts counts;              ///< the tokens that the model read; nothing is generated
};

/// log p(continuation | prompt) of every request under one variant, in one pass over all rows: what requests share is
/// computed once, logits only where a continuation's token is predicted, in float32 from there on. As in generation a
/// request's bits do not depend on the others. Throws Error{input} (see prompt_check.hpp), Cancelled.
LikelihoodResult measure(const ModelVariant& variant, std::span<const LikelihoodRequest> requests,
                         const GenerationOptions& options);

/// The same in parts with at most `most_tokens` tokens each. Throws like work_in_parts (see batch_parts.hpp) as well.
LikelihoodResult measure_in_parts(const ModelVariant& variant, std::span<const LikelihoodRequest> requests,
                                  const GenerationOptions& options, std::atomic<std::int64_t>& most_tokens);

}  // namespace shoal::model
