#include "search/expert_pack.hpp"

#include <algorithm>

#include "model/batch_parts.hpp"
#include "model/token_mixture.hpp"

namespace shoal::search {

std::vector<const model::ModelVariant*> ExpertPack::models(std::size_t experts) {
  const std::lock_guard lock(mutex_);
  std::vector<const model::ModelVariant*> models;
  for (std::size_t k = 0; k < experts; ++k) {
    if (k == variants_.size()) variants_.push_back(std::make_unique<const model::ModelVariant>(expert_(k, experts)));
    models.push_back(variants_[k].get());
  }
  return models;
}

Answerer ExpertPack::answerer(std::size_t experts) {
  return [this, experts](std::span<const model::GenerationRequest> requests) {
    const auto together = models(experts);
    return answer(together, requests);
  };
}

model::GenerationResult ExpertPack::answer(std::span<const model::ModelVariant* const> models,
                                           std::span<const model::GenerationRequest> requests) {
  const model::GenerationOptions options = options_of(setup_);
  // Every expert keeps keys and values of its own.
  std::atomic<std::int64_t> most_tokens =
      std::max<std::int64_t>(setup_.most_tokens / static_cast<std::int64_t>(models.size()), 1);
  const auto generate = [&](std::span<const model::GenerationGroup> part) {
    std::vector<model::GenerationResult> results;
    for (const model::GenerationGroup& group : part) {
      model::GenerationCounts reading;
      const auto weights = model::weights_by_perplexity(models, group.requests, options, reading);
      results.push_back(model::generate_mixture(models, model::Mixing::logits, weights, group.requests, options));
      results.back().counts += reading;
    }
    return results;
  };
  const model::GenerationGroup group{models.front(), requests};
  return std::move(model::generate_in_parts({&group, 1}, most_tokens, generate).front());
}

}  // namespace shoal::search
