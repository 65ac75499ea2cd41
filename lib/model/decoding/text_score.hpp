#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "model/decoding/generation.hpp"

namespace shoal::model {

/// One number for a text, read off its last token: what a model with Head::score (a reward model) makes of it. Tokens
/// at the end that only fill up (pad_id) do not count, as in transformers' ...ForSequenceClassification. As in
/// generation a text's bits do not depend on the others. Throws Error{input} for empty texts and those that exceed the
/// model's context, Cancelled.
std::vector<double> score_texts(const ModelVariant& variant, std::span<const std::vector<TokenId>> texts,
                                const GenerationOptions& options);

/// The same in parts with at most `most_tokens` tokens each. Throws like work_in_parts (see batch_parts.hpp) as well.
std::vector<double> score_texts_in_parts(const ModelVariant& variant, std::span<const std::vector<TokenId>> texts,
                                         const GenerationOptions& options, std::atomic<std::int64_t>& most_tokens);

}  // namespace shoal::model
