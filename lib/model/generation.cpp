#include "model/generation.hpp"

#include <ATen/ops/argmax.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "model/compute_stream.hpp"
#include "model/decoder.hpp"
#include "model/prompt_check.hpp"
#include "model/prompt_tree.hpp"
#include "model/sequence.hpp"
#include "model/step_loop.hpp"

namespace shoal::model {

namespace {

std::int64_t count(std::span<const TokenId> tokens) { return static_cast<std::int64_t>(tokens.size()); }

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

// Ties go to the lowest id, as in Hugging Face's greedy search.
void accept_all(const ModelConfig& config, const at::Tensor& logits, std::vector<Sequence>& active) {
  const at::Tensor best = logits.argmax(-1).to(at::kCPU);
  const auto* token = best.const_data_ptr<std::int64_t>();
  std::erase_if(active, [&](Sequence& sequence) { return sequence.accept(config, static_cast<TokenId>(*token++)); });
}

std::vector<Sequence> start_sequences(const PromptTree& tree, std::span<const GenerationRequest> requests,
                                      std::vector<Generation>& results) {
  std::vector<Sequence> sequences;
  std::int64_t slot = tree.rows();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    sequences.push_back({&requests[i], &results[i], tree.path_of_prompt(i), slot});
    slot += generated_slots(requests[i]);
  }
  return sequences;
}

std::int64_t cache_rows(const PromptTree& tree, std::span<const GenerationRequest> requests) {
  std::int64_t rows = tree.rows();
  for (const auto& request : requests) rows += generated_slots(request);
  return rows;
}

std::int64_t longest(std::span<const GenerationRequest> requests) {
  std::int64_t most = 0;
  for (const auto& request : requests) most = std::max(most, count(request.prompt) + request.max_new_tokens);
  return most;
}

bool pads_steps(const GenerationOptions& options, at::Device device) {
  return options.step_shapes == StepShapes::padded ||
         (options.step_shapes == StepShapes::automatic && !device.is_cpu());
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
  const at::Device device = variant.base().device();
  const ComputeStream stream(device);
  const std::int64_t spare = cache_rows(tree, requests);  // the cache has one row more: of nobody
  Decoder decoder(variant, spare + 1, longest(requests) + 1, options.cancelled, options.steps);
  std::vector<Sequence> active = start_sequences(tree, requests, result.generations);
  accept_all(config, decoder(batch_of(tree)), active);
  if (pads_steps(options, device)) {
    StepLoop(decoder, config, {longest(requests), spare, device}, make_step_graphs(device), options.cancelled,
             options.steps)
        .run(std::move(active));
  } else {
    while (!active.empty()) accept_all(config, decoder(next_step(active)), active);
  }
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
