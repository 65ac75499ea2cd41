#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "model/model_variant.hpp"
#include "search/block_exam.hpp"

namespace shoal::search {

/// The experts as models of their own, side by side, for answers that they write together. Made when first asked for;
/// safe to use from several threads.
class ExpertPack {
 public:
  using Expert = std::function<model::ModelVariant(std::size_t expert, std::size_t experts)>;

  /// `setup` and `expert` outlive this.
  ExpertPack(const ExamSetup& setup, Expert expert) : setup_(setup), expert_(std::move(expert)) {}

  /// Answers of `experts` experts together: logits weighted per prompt by perplexity (model/token_mixture.hpp).
  Answerer answerer(std::size_t experts);

 private:
  std::vector<const model::ModelVariant*> models(std::size_t experts);
  model::GenerationResult answer(std::span<const model::ModelVariant* const> models,
                                 std::span<const model::GenerationRequest> requests);

  const ExamSetup& setup_;
  Expert expert_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<const model::ModelVariant>> variants_;
};

}  // namespace shoal::search
