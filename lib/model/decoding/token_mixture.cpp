#include "model/decoding/token_mixture.hpp"

#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.hpp"
#include "model/compute_stream.hpp"
#include "model/decoding/decoder.hpp"
#include "model/decoding/likelihood.hpp"
#include "model/decoding/prompt_check.hpp"
#include "model/decoding/sequence.hpp"

namespace shoal::model {

namespace {

/// The models at work for one block, each with a cache of its own.
class MixtureDecoder {
 public:
  MixtureDecoder(std::span<const ModelVariant* const> models, Mixing mixing, std::int64_t cache_rows,
                 std::int64_t positions, const GenerationOptions& options)
      : mixing_(mixing) {
    for (const ModelVariant* model : models) {
      decoders_.push_back(std::make_unique<Decoder>(*model, cache_rows, positions, options.cancelled, options.steps));
    }
  }

  /// The mixtures [wanted rows, vocabulary]; `weights` [wanted rows][models].
  at::Tensor operator()(const TokenBatch& batch, std::span<const std::vector<double>* const> weights) {
    at::Tensor sum;
    for (std::size_t k = 0; k < decoders_.size(); ++k) {
      const at::Tensor logits = (*decoders_[k])(batch).to(at::kFloat);
      const at::Tensor said = mixing_ == Mixing::probabilities ? logits.softmax(-1) : logits;
      const at::Tensor weighted = said.mul(column(weights, k).to(said.device()));
      sum = sum.defined() ? sum.add_(weighted) : weighted;
    }
    return mixing_ == Mixing::probabilities ? sum.clamp_min_(0.0) : sum;
  }

 private:
  static at::Tensor column(std::span<const std::vector<double>* const> weights, std::size_t model) {
    at::Tensor column = at::zeros({static_cast<std::int64_t>(weights.size()), 1}, at::kFloat);
    auto* value = column.mutable_data_ptr<float>();
    for (const std::vector<double>* row : weights) *value++ = static_cast<float>((*row)[model]);
    return column;
  }

  Mixing mixing_;
  std::vector<std::unique_ptr<Decoder>> decoders_;
};

void check(std::span<const ModelVariant* const> models, std::span<const std::vector<double>> weights,
           std::span<const GenerationRequest> requests) {
  expect(!models.empty() && weights.size() == requests.size(), "a mixture needs models, and weights for each request.");
  for (const ModelVariant* model : models) {
    const ModelConfig& config = model->base().config();
    expect(config.vocabulary_size == models.front()->base().config().vocabulary_size, "the vocabularies differ.");
    for (const auto& request : requests) check_prompt(config, request.prompt, request.max_new_tokens);
  }
  for (const auto& row : weights) expect(row.size() == models.size(), "a mixture needs one weight per model.");
}

std::vector<double> softmax_of_negative(const std::vector<double>& perplexities) {
  const double lowest = *std::ranges::min_element(perplexities);
  std::vector<double> weights;
  double sum = 0.0;
  for (const double perplexity : perplexities) {
    weights.push_back(std::exp(lowest - perplexity));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace

GenerationResult generate_mixture(std::span<const ModelVariant* const> models, Mixing mixing,
                                  std::span<const std::vector<double>> weights,
                                  std::span<const GenerationRequest> requests, const GenerationOptions& options) {
  const c10::InferenceMode inference;
  check(models, weights, requests);
  GenerationResult result;
  result.generations.resize(requests.size());
  if (requests.empty()) return result;
  const LanguageModel& first = models.front()->base();
  const PromptTree tree = tree_of(requests, options.prefix_sharing);
  const ComputeStream stream(first.device());
  MixtureDecoder decoder(models, mixing, cache_rows(tree, requests), longest(requests) + 1, options);
  std::vector<Sequence> active = start_sequences(tree, requests, result.generations);
  const auto advance = [&](const TokenBatch& batch) {
    std::vector<const std::vector<double>*> rows;
    for (const Sequence& sequence : active) {
      rows.push_back(&weights[static_cast<std::size_t>(sequence.request - requests.data())]);
    }
    accept_best(first.config(), decoder(batch, rows), active);
  };
  advance(batch_of(tree));
  while (!active.empty()) advance(step_of(active));
  result.counts = count_tokens(tree, requests, result.generations);
  result.counts.prompt_tokens *= std::ssize(models);
  result.counts.prompt_tokens_computed *= std::ssize(models);
  return result;
}

at::Tensor mixture_after(std::span<const ModelVariant* const> models, Mixing mixing, const std::vector<double>& weights,
                         std::span<const TokenId> prompt) {
  const c10::InferenceMode inference;
  const GenerationRequest request{prompt, 0, {}};
  check(models, {&weights, 1}, {&request, 1});
  const PromptTree tree(std::span(&prompt, 1), PrefixSharing::off);
  MixtureDecoder decoder(models, mixing, tree.rows(), tree.rows(), {});
  const std::vector<double>* const row = &weights;
  return decoder(batch_of(tree), {&row, 1})[0];
}

std::vector<std::vector<double>> weights_by_perplexity(std::span<const ModelVariant* const> models,
                                                       std::span<const GenerationRequest> requests,
                                                       const GenerationOptions& options, GenerationCounts& counts) {
  std::vector<LikelihoodRequest> asked;
  for (const auto& request : requests) {
    if (request.prompt.size() > 1) asked.push_back({request.prompt.first(1), request.prompt.subspan(1)});
  }
  std::vector<std::vector<double>> perplexities(requests.size(), std::vector<double>(models.size(), 1.0));
  for (std::size_t k = 0; k < models.size(); ++k) {
    const LikelihoodResult measured = measure(*models[k], asked, options);
    counts += measured.counts;
    auto next = measured.likelihoods.begin();
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (requests[i].prompt.size() < 2) continue;  // nothing is predicted: all models are alike
      perplexities[i][k] = std::exp(-next->mean_log_probability());
      ++next;
    }
  }
  std::vector<std::vector<double>> weights;
  for (const auto& row : perplexities) weights.push_back(softmax_of_negative(row));
  return weights;
}

}  // namespace shoal::model
