#include "model/decoding/prompt_check.hpp"

#include "base/error.hpp"

namespace shoal::model {

void check_vocabulary(const ModelConfig& config, std::span<const TokenId> tokens) {
  for (const TokenId token : tokens) {
    if (token >= 0 && token < config.vocabulary_size) continue;
    fail(ExitCode::input,
         "A prompt has token id {} (the model's vocabulary ends at {}). Use the model's own tokenizer.", token,
         config.vocabulary_size - 1);
  }
}

void check_prompt(const ModelConfig& config, std::span<const TokenId> prompt, std::int64_t new_tokens) {
  if (prompt.empty()) {
    fail(ExitCode::input, "A prompt is empty (there is no token to continue from). Remove the example or fill it in.");
  }
  if (static_cast<std::int64_t>(prompt.size()) + new_tokens > config.context) {
    fail(ExitCode::input,
         "A prompt of {} tokens and {} new tokens exceed the model's context ({} tokens). Shorten the example or lower "
         "max_new_tokens.",
         prompt.size(), new_tokens, config.context);
  }
  check_vocabulary(config, prompt);
}

}  // namespace shoal::model
