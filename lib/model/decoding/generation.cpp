#include "model/decoding/generation.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/compute_stream.hpp"
#include "model/decoding/decoder.hpp"
#include "model/decoding/prompt_check.hpp"
#include "model/decoding/prompt_tree.hpp"
#include "model/decoding/sequence.hpp"
#include "model/decoding/step_loop.hpp"
#include "model/parameters/decoder_weights.hpp"

namespace shoal::model {

namespace {

std::int64_t count(const auto& values) { return static_cast<std::int64_t>(std::size(values)); }

/// A block on its way: its prompts as a tree, and where its part of the cache begins.
struct Block {
  const GenerationGroup* group;
  GenerationResult* result;
  PromptTree tree;
  std::int64_t first_slot;

  std::int64_t end() const { return first_slot + cache_rows(tree, group->requests); }
};

// All prompts of one block in one pass, and the first token of each answer.
std::vector<Sequence> read_prompts(Decoder& decoder, const ModelConfig& config, const Block& block,
                                   std::size_t variant) {
  TokenBatch batch = batch_of(block.tree);
  batch.variants = {{variant, 0, count(batch.tokens)}};
  batch.first_slot = block.first_slot;
  std::vector<Sequence> sequences =
      start_sequences(block.tree, block.group->requests, block.result->generations, block.first_slot);
  for (Sequence& sequence : sequences) sequence.variant = variant;
  accept_best(config, decoder(batch), sequences);
  return sequences;
}

std::int64_t longest(std::span<const Block> blocks) {
  std::int64_t most = 0;
  for (const Block& block : blocks) most = std::max(most, longest(block.group->requests));
  return most;
}

bool pads_steps(const GenerationOptions& options, at::Device device) {
  return options.step_shapes == StepShapes::padded ||
         (options.step_shapes == StepShapes::automatic && !device.is_cpu());
}

/// Blocks that one decoder works off: one, or several whose variants share their weights.
void run(std::span<const Block> blocks, const GenerationOptions& options) {
  const LanguageModel& base = blocks.front().group->variant->base();
  const ModelConfig& config = base.config();
  std::vector<const ModelVariant*> variants;
  for (const Block& block : blocks) variants.push_back(block.group->variant);
  const ComputeStream stream(base.device());
  const std::int64_t spare = blocks.back().end();  // the cache's last row: of nobody
  Decoder decoder(variants, spare + 1, longest(blocks) + 1, options.cancelled, options.steps);
  std::vector<Sequence> active;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    std::ranges::move(read_prompts(decoder, config, blocks[i], i), std::back_inserter(active));
  }
  if (pads_steps(options, base.device())) {
    StepLoop(decoder, config, {longest(blocks), spare, base.device()}, make_step_graphs(base.device()),
             options.cancelled, options.steps)
        .run(std::move(active));
  } else {
    while (!active.empty()) accept_best(config, decoder(step_of(active)), active);
  }
  for (const Block& block : blocks) {
    block.result->counts = count_tokens(block.tree, block.group->requests, block.result->generations);
  }
}

bool can_share_steps(std::span<const Block> blocks, const GenerationOptions& options) {
  const ModelVariant& first = *blocks.front().group->variant;
  return !pads_steps(options, first.base().device()) && std::ranges::all_of(blocks, [&](const Block& block) {
    return share_weights(first.weights(), block.group->variant->weights());
  });
}

}  // namespace

std::vector<GenerationResult> generate_together(std::span<const GenerationGroup> groups,
                                                const GenerationOptions& options) {
  const c10::InferenceMode inference;
  std::vector<GenerationResult> results(groups.size());
  std::vector<Block> blocks;
  std::int64_t first_slot = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto requests = groups[i].requests;
    for (const auto& request : requests) {
      check_prompt(groups[i].variant->base().config(), request.prompt, request.max_new_tokens);
    }
    if (requests.empty()) continue;
    results[i].generations.resize(requests.size());
    blocks.push_back({&groups[i], &results[i], tree_of(requests, options.prefix_sharing), first_slot});
    first_slot = blocks.back().end();
  }
  if (blocks.empty()) return results;
  if (can_share_steps(blocks, options)) {
    run(blocks, options);
    return results;
  }
  for (Block& block : blocks) {
    block.first_slot = 0;
    run({&block, 1}, options);
  }
  return results;
}

GenerationResult generate(const ModelVariant& variant, std::span<const GenerationRequest> requests,
                          const GenerationOptions& options) {
  const GenerationGroup group{&variant, requests};
  return std::move(generate_together({&group, 1}, options).front());
}

at::Tensor next_token_logits(const ModelVariant& variant, std::span<const TokenId> prompt) {
  const c10::InferenceMode inference;
  check_prompt(variant.base().config(), prompt, 0);
  const PromptTree tree(std::span(&prompt, 1), PrefixSharing::off);
  Decoder decoder(variant, tree.rows(), count(prompt), nullptr);
  return decoder(batch_of(tree))[0].to(at::kFloat);
}

}  // namespace shoal::model
