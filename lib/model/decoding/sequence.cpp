#include "model/decoding/sequence.hpp"

#include <ATen/ops/argmax.h>

#include <algorithm>

namespace shoal::model {

namespace {

std::int64_t count(std::span<const TokenId> tokens) { return static_cast<std::int64_t>(tokens.size()); }

}  // namespace

bool Sequence::accept(const ModelConfig& config, TokenId token) {
  if (request->max_new_tokens < 1) return true;
  if (config.ends(token)) {
    result->ended_by_eos = true;
    return true;
  }
  result->output_ids.push_back(token);
  return tokens_left() < 1 || (request->settled && request->settled(result->output_ids));
}

PromptTree tree_of(std::span<const GenerationRequest> requests, PrefixSharing sharing) {
  std::vector<std::span<const TokenId>> prompts;
  for (const auto& request : requests) prompts.push_back(request.prompt);
  return PromptTree(prompts, sharing);
}

std::int64_t longest(std::span<const GenerationRequest> requests) {
  std::int64_t most = 0;
  for (const auto& request : requests) most = std::max(most, count(request.prompt) + request.max_new_tokens);
  return most;
}

std::int64_t cache_rows(const PromptTree& tree, std::span<const GenerationRequest> requests) {
  std::int64_t rows = tree.rows();
  for (const auto& request : requests) rows += generated_slots(request);
  return rows;
}

GenerationCounts count_tokens(const PromptTree& tree, std::span<const GenerationRequest> requests,
                              std::span<const Generation> generations) {
  GenerationCounts counts;
  counts.prompt_tokens_computed = tree.rows();
  for (const auto& request : requests) counts.prompt_tokens += count(request.prompt);
  for (const auto& generation : generations) counts.output_tokens += count(generation.output_ids);
  return counts;
}

std::vector<Sequence> start_sequences(const PromptTree& tree, std::span<const GenerationRequest> requests,
                                      std::vector<Generation>& results, std::int64_t first_slot) {
  std::vector<Sequence> sequences;
  std::int64_t slot = first_slot + tree.rows();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto keys = tree.path_of_prompt(i);
    for (KeySpan& span : keys) span.first += first_slot;
    sequences.push_back({&requests[i], &results[i], std::move(keys), slot});
    slot += generated_slots(requests[i]);
  }
  return sequences;
}

TokenBatch step_of(std::span<const Sequence> active) {
  TokenBatch batch;
  for (const Sequence& sequence : active) {
    const std::int64_t newest = sequence.generated() - 1;
    auto keys = sequence.prompt_keys;
    keys.push_back({sequence.first_slot, newest + 1});
    if (batch.variants.empty() || batch.variants.back().variant != sequence.variant) {
      batch.variants.push_back({sequence.variant, static_cast<std::int64_t>(batch.tokens.size()), 0});
    }
    ++batch.variants.back().count;
    batch.add_step(sequence.result->output_ids.back(), sequence.prompt_tokens() + newest, sequence.first_slot + newest,
                   std::move(keys));
  }
  return batch;
}

void accept_best(const ModelConfig& config, const at::Tensor& scores, std::vector<Sequence>& active) {
  const at::Tensor best = scores.argmax(-1).to(at::kCPU);
  const auto* token = best.const_data_ptr<std::int64_t>();
  std::erase_if(active, [&](Sequence& sequence) { return sequence.accept(config, static_cast<TokenId>(*token++)); });
}

std::int64_t generated_slots(const GenerationRequest& request) { return std::max(request.max_new_tokens, 1) - 1; }

}  // namespace shoal::model
