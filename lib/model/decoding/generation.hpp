#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "model/parameters/model_variant.hpp"

namespace shoal::model {

using TokenId = std::int32_t;

/// One prompt to be continued greedily.
struct GenerationRequest {
  std::span<const TokenId> prompt;
  int max_new_tokens = 10;
  /// Early exit: called with the ids generated so far (never the EOS) after each token; true = nothing generated later
  /// can matter, leave the batch. Empty = never.
  std::function<bool(std::span<const TokenId>)> settled;
};

struct Generation {
  std::vector<TokenId> output_ids;  ///< without the EOS
  bool ended_by_eos = false;
};

enum class PrefixSharing { on, off };

/// Rows of a step of decoding. exact: one per unfinished answer, a new shape whenever one ends. padded: filled up to a
/// power of two, with tokens that stay on the device, so that steps can be recorded. automatic: padded on GPUs.
enum class StepShapes { automatic, exact, padded };

struct GenerationOptions {
  PrefixSharing prefix_sharing = PrefixSharing::on;
  const std::atomic<bool>* cancelled =
      nullptr;                                  ///< polled between forward passes; when true, generate throws Cancelled
  std::atomic<std::uint64_t>* steps = nullptr;  ///< counts the layers and steps passed, as a sign of life
  StepShapes step_shapes = StepShapes::automatic;
};

/// What was computed, for timing and for `prompt_tokens_computed`.
struct GenerationCounts {
  std::int64_t prompt_tokens = 0;
  std::int64_t prompt_tokens_computed = 0;
  std::int64_t output_tokens = 0;

  GenerationCounts& operator+=(const GenerationCounts& other) {
    prompt_tokens += other.prompt_tokens;
    prompt_tokens_computed += other.prompt_tokens_computed;
    output_tokens += other.output_tokens;
    return *this;
  }
};

struct Cancelled {};

struct GenerationResult {
  std::vector<Generation> generations;  ///< one per request, in order
  GenerationCounts counts;
};

/// Greedy continuation of a block of prompts with one variant of the model. The result depends on the variant and on
/// this block alone: the same block gives the same bits on any rank, thread or batch of blocks. Runs on the calling
/// thread. Throws Error{input} when a prompt plus max_new_tokens exceeds the model's context.
GenerationResult generate(const ModelVariant& variant, std::span<const GenerationRequest> requests,
                          const GenerationOptions& options);

/// A block of prompts under one variant of a model.
struct GenerationGroup {
  const ModelVariant* variant;
  std::span<const GenerationRequest> requests;
};

/// The continuations of several blocks, one result for each. On CPUs variants that differ in their low-rank factors at
/// most take the steps of decoding together: the products with the weights that they share have the rows of all of
/// them, which is worth much when each has a few (10 rows reach a quarter of what 200 do). The bits are those of
/// `generate`. Otherwise one block follows the other. Throws like `generate`.
std::vector<GenerationResult> generate_together(std::span<const GenerationGroup> groups,
                                                const GenerationOptions& options);

/// Logits [vocabulary], float32, after the last token of `prompt`.
at::Tensor next_token_logits(const ModelVariant& variant, std::span<const TokenId> prompt);

}  // namespace shoal::model
