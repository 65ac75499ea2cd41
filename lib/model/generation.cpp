#include "model/generation.hpp"

#include <ATen/ops/argmax.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/decoder.hpp"
#include "model/prompt_tree.hpp"

namespace shoal::model {

namespace {

/// One request on its way.
struct Sequence {
  const GenerationRequest* request;
  Generation* result;
  std::vector<KeySpan> prompt_keys;  // cache rows of the prompt
  std::int64_t first_slot;           // cache rows of the generated tokens follow each other from here
};

std::int64_t count(std::span<const TokenId> tokens) { return static_cast<std::int64_t>(tokens.size()); }

void check_prompt(const ModelConfig& config, std::span<const TokenId> prompt, int max_new_tokens) {
  if (prompt.empty()) {
    fail(ExitCode::input, "A prompt is empty (there is no token to continue from). Remove the example or fill it in.");
  }
  if (count(prompt) + max_new_tokens > config.context) {
    fail(ExitCode::input,
         "A prompt of {} tokens and {} new tokens exceed the model's context ({} tokens). Shorten the example or lower "
         "max_new_tokens.",
         prompt.size(), max_new_tokens, config.context);
  }
  for (const TokenId token : prompt) {
    if (token < 0 || token >= config.vocabulary_size) {
      fail(ExitCode::input,
           "A prompt has token id {} (the model's vocabulary ends at {}). Use the model's own tokenizer.", token,
           config.vocabulary_size - 1);
    }
  }
}

// One row per sequence: its newest token, which looks at the prompt and at everything generated.
TokenBatch next_step(std::span<const Sequence> active) {
  TokenBatch batch;
  for (const Sequence& sequence : active) {
    const auto& generated = sequence.result->output_ids;
    const auto newest = count(generated) - 1;
    auto keys = sequence.prompt_keys;
    keys.push_back({sequence.first_slot, newest + 1});
    batch.add_step(generated.back(), count(sequence.request->prompt) + newest, sequence.first_slot + newest,
                   std::move(keys));
  }
  return batch;
}

/// Takes in the next token; true when the sequence is finished.
bool accept(const ModelConfig& config, Sequence& sequence, TokenId token) {
  Generation& result = *sequence.result;
  if (sequence.request->max_new_tokens < 1) return true;
  if (config.ends(token)) {
    result.ended_by_eos = true;
    return true;
  }
  result.output_ids.push_back(token);
  const GenerationRequest& request = *sequence.request;
  return count(result.output_ids) >= request.max_new_tokens || (request.settled && request.settled(result.output_ids));
}

// Ties go to the lowest id, as in Hugging Face's greedy search.
void accept_all(const ModelConfig& config, const at::Tensor& logits, std::vector<Sequence>& active) {
  const at::Tensor best = logits.argmax(-1).to(at::kCPU);
  const auto* token = best.const_data_ptr<std::int64_t>();
  std::erase_if(active, [&](Sequence& sequence) { return accept(config, sequence, static_cast<TokenId>(*token++)); });
}

std::vector<Sequence> start_sequences(const PromptTree& tree, std::span<const GenerationRequest> requests,
                                      std::vector<Generation>& results) {
  std::vector<Sequence> sequences;
  std::int64_t slot = tree.rows();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    sequences.push_back({&requests[i], &results[i], tree.path_of_prompt(i), slot});
    slot += std::max(requests[i].max_new_tokens, 1) - 1;  // the last token is never fed back
  }
  return sequences;
}

std::int64_t cache_rows(const PromptTree& tree, std::span<const GenerationRequest> requests) {
  std::int64_t rows = tree.rows();
  for (const auto& request : requests) rows += std::max(request.max_new_tokens, 1) - 1;
  return rows;
}

std::int64_t longest(std::span<const GenerationRequest> requests) {
  std::int64_t most = 0;
  for (const auto& request : requests) most = std::max(most, count(request.prompt) + request.max_new_tokens);
  return most;
}

GenerationCounts count_tokens(const PromptTree& tree, std::span<const GenerationRequest> requests,
                              const std::vector<Generation>& results) {
  GenerationCounts counts;
  counts.prompt_tokens_computed = tree.rows();
  for (const auto& request : requests) counts.prompt_tokens += count(request.prompt);
  for (const auto& result : results) counts.output_tokens += count(result.output_ids);
  return counts;
}

}  // namespace

GenerationResult generate(const ModelVariant& variant, std::span<const GenerationRequest> requests,
                          const GenerationOptions& options) {
  const c10::InferenceMode inference;
  const ModelConfig& config = variant.base().config();
  for (const auto& request : requests) check_prompt(config, request.prompt, request.max_new_tokens);
  GenerationResult result;
  result.generations.resize(requests.size());
  if (requests.empty()) return result;
  std::vector<std::span<const TokenId>> prompts;
  for (const auto& request : requests) prompts.push_back(request.prompt);
  const PromptTree tree(prompts, options.prefix_sharing);
  Decoder decoder(variant, cache_rows(tree, requests), longest(requests), options.cancelled, options.steps);
  std::vector<Sequence> active = start_sequences(tree, requests, result.generations);
  accept_all(config, decoder(batch_of(tree)), active);
  while (!active.empty()) accept_all(config, decoder(next_step(active)), active);
  result.counts = count_tokens(tree, requests, result.generations);
  return result;
}

at::Tensor next_token_logits(const ModelVariant& variant, std::span<const TokenId> prompt) {
  const c10::InferenceMode inference;
  check_prompt(variant.base().config(), prompt, 0);
  const PromptTree tree(std::span(&prompt, 1), PrefixSharing::off);
  Decoder decoder(variant, tree.rows(), count(prompt), nullptr);
  return decoder(batch_of(tree))[0].to(at::kFloat);
}

}  // namespace shoal::model
