#pragma once

#include <span>
#include <vector>

#include "model/decoding/generation.hpp"

namespace shoal::model {

/// How what several models say about the next token becomes one.
enum class Mixing {
  probabilities,  ///< sum_k a_k softmax(x_k); sums below 0 count as 0
  logits,         ///< sum_k a_k x_k
};

/// Greedy continuation of a block of prompts by several models together: each reads the prompt and every token that was
/// chosen, and the token with the highest mixture, computed in float32, is chosen next (ties: the lowest id). `weights`
/// holds the a_k of each request. The models have one vocabulary and lie on one device; tokens that end an answer are
/// the first one's. Prompts are counted once per model. As in `generate` an answer's bits do not depend on the others
/// on CPUs. Throws like `generate`.
GenerationResult generate_mixture(std::span<const ModelVariant* const> models, Mixing mixing,
                                  std::span<const std::vector<double>> weights,
                                  std::span<const GenerationRequest> requests, const GenerationOptions& options);

/// The mixture [vocabulary], float32, after the last token of `prompt`. Probabilities that were cut at 0 need not sum
/// to 1.
at::Tensor mixture_after(std::span<const ModelVariant* const> models, Mixing mixing, const std::vector<double>& weights,
                         std::span<const TokenId> prompt);

/// Weights for every request by how well each model predicts its prompt (Pack of LLMs, arXiv 2404.11531): the softmax
/// of the negative perplexities of its tokens after the first. Counted in `counts`.
std::vector<std::vector<double>> weights_by_perplexity(std::span<const ModelVariant* const> models,
                                                       std::span<const GenerationRequest> requests,
                                                       const GenerationOptions& options, GenerationCounts& counts);

}  // namespace shoal::model
