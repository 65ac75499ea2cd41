#pragma once

#include <span>

#include "model/decoding/generation.hpp"
#include "model/model_config.hpp"

namespace shoal::model {

/// Throws Error{input} when a token is none of the model's vocabulary.
void check_vocabulary(const ModelConfig& config, std::span<const TokenId> tokens);

/// Throws Error{input} when a prompt is empty, has tokens of another vocabulary, or exceeds the model's context
/// together with its new tokens.
void check_prompt(const ModelConfig& config, std::span<const TokenId> prompt, std::int64_t new_tokens);

}  // namespace shoal::model
