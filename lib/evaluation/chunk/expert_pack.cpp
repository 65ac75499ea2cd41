#include "evaluation/chunk/expert_pack.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "model/decoding/batch_parts.hpp"
#include "model/decoding/token_mixture.hpp"

namespace shoal::evaluation {

ExpertPack::Models ExpertPack::models(std::span<const std::size_t> which, std::size_t experts) {
  const std::lock_guard lock(mutex_);
  variants_.resize(experts);
  Models models;
  for (const std::size_t k : which) {
    if (!variants_[k]) variants_[k] = std::make_unique<const model::ModelVariant>(expert_(k, experts));
    models.push_back(variants_[k].get());
  }
  return models;
}

Answerer ExpertPack::by_perplexity(std::size_t experts) {
  return [this, experts](Requests requests) {
    std::vector<std::size_t> all(experts);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return answer(models(all, experts), requests, [this](const Models& together, Requests part) {
      model::GenerationCounts reading;
      const auto weights = model::weights_by_perplexity(together, part, options_of(setup_), reading);
      auto result = model::generate_mixture(together, model::Mixing::logits, weights, part, options_of(setup_));
      result.counts += reading;
      return result;
    });
  };
}

Answerer ExpertPack::by_weights(const swarm::Coordinates& weights) {
  return by_distributions(experts_with_weight(weights), weights.size(),
                          [weights](std::span<const model::TokenId>) { return weights; });
}

Answerer ExpertPack::by_clusters(std::shared_ptr<const ClusterExperts> clusters) {
  return by_distributions(clusters->asked(), clusters->experts(),
                          [clusters](std::span<const model::TokenId> prompt) { return clusters->weights(prompt); });
}

Answerer ExpertPack::by_distributions(std::vector<std::size_t> which, std::size_t experts, Weighing weigh) {
  return [this, which = std::move(which), experts, weigh = std::move(weigh)](Requests requests) {
    return answer(models(which, experts), requests, [&](const Models& together, Requests part) {
      std::vector<std::vector<double>> each;
      for (const model::GenerationRequest& request : part) {
        const swarm::Coordinates weights = weigh(request.prompt);
        auto& theirs = each.emplace_back();
        for (const std::size_t k : which) theirs.push_back(weights[k]);
      }
      return model::generate_mixture(together, model::Mixing::probabilities, each, part, options_of(setup_));
    });
  };
}

model::GenerationResult ExpertPack::answer(const Models& models, Requests requests, const Writing& write) const {
  // Every expert keeps keys and values of its own.
  std::atomic<std::int64_t> most_tokens =
      std::max<std::int64_t>(setup_.most_tokens / static_cast<std::int64_t>(models.size()), 1);
  const auto generate = [&](std::span<const model::GenerationGroup> part) {
    std::vector<model::GenerationResult> results;
    for (const model::GenerationGroup& group : part) results.push_back(write(models, group.requests));
    return results;
  };
  const model::GenerationGroup group{models.front(), requests};
  return std::move(model::generate_in_parts({&group, 1}, most_tokens, generate).front());
}

std::vector<std::size_t> experts_with_weight(const swarm::Coordinates& weights) {
  std::vector<std::size_t> experts;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    if (weights[k] != 0.0) experts.push_back(k);
  }
  return experts;
}

}  // namespace shoal::evaluation
