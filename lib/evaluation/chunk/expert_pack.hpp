#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "evaluation/chunk/chunk_evaluation.hpp"
#include "evaluation/route/cluster_experts.hpp"
#include "model/parameters/model_variant.hpp"
#include "swarm/coordinates.hpp"

namespace shoal::evaluation {

/// The experts as models of their own, side by side, for answers that they write together
/// (model/decoding/token_mixture.hpp). Made when first asked for; safe to use from several threads.
class ExpertPack {
 public:
  using Expert = std::function<model::ModelVariant(std::size_t expert, std::size_t experts)>;

  /// `setup` and `expert` outlive this.
  ExpertPack(const ExamSetup& setup, Expert expert) : setup_(setup), expert_(std::move(expert)) {}

  /// Answers of `experts` experts together: logits weighted per prompt by perplexity (Pack of LLMs).
  Answerer by_perplexity(std::size_t experts);

  /// Answers by the sum of the experts' distributions with these weights, one each, of which one is above 0. Experts
  /// without weight are not asked: they would change no bit.
  Answerer by_weights(const swarm::Coordinates& weights);

  /// The same with weights that depend on the prompt (cBTM). Experts that no cluster belongs to are not asked.
  Answerer by_clusters(std::shared_ptr<const ClusterExperts> clusters);

 private:
  using Models = std::vector<const model::ModelVariant*>;
  using Requests = std::span<const model::GenerationRequest>;
  using Writing = std::function<model::GenerationResult(const Models&, Requests)>;
  /// The weights of all experts for a prompt.
  using Weighing = std::function<swarm::Coordinates(std::span<const model::TokenId> prompt)>;

  /// Asks the experts `which` of so many: those that may have weight.
  Answerer by_distributions(std::vector<std::size_t> which, std::size_t experts, Weighing weigh);

  Models models(std::span<const std::size_t> which, std::size_t experts);
  model::GenerationResult answer(const Models& models, Requests requests, const Writing& write) const;

  const ExamSetup& setup_;
  Expert expert_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<const model::ModelVariant>> variants_;
};

/// The experts that a position gives weight to.
std::vector<std::size_t> experts_with_weight(const swarm::Coordinates& weights);

}  // namespace shoal::evaluation
