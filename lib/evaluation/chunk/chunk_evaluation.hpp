#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "evaluation/wave.hpp"
#include "model/parameters/model_variant.hpp"

namespace shoal::evaluation {

/// What an examination of a block works with; references must outlive it.
struct ExamSetup {
  const Evaluator& evaluator;
  const Workload& workload;
  std::atomic<std::int64_t>& most_tokens;  ///< of a batch; shrinks when memory does not suffice
  const std::atomic<bool>& cancelled;
};

model::GenerationOptions options_of(const ExamSetup& setup);

/// Answers prompts in the place of a single model.
using Answerer = std::function<model::GenerationResult(std::span<const model::GenerationRequest>)>;

/// One block under one variant of the model: answers are generated, and questioned once more where their tasks do so;
/// likelihoods are measured; and everything is scored. A block may hold items of several tasks.
class ChunkEvaluation {
 public:
  /// With an `answerer` the variant only measures likelihoods.
  ChunkEvaluation(const ExamSetup& setup, const model::ModelVariant& variant, const ItemList& block,
                  Answerer answerer = {});

  ChunkEvaluation(const ChunkEvaluation&) = delete;  // its requests point back to it
  ChunkEvaluation& operator=(const ChunkEvaluation&) = delete;

  /// The prompts to be answered first, to be given to `finish` as answered.
  model::GenerationGroup questions();

  /// Whether somebody else than the variant answers, and what.
  bool is_answered_for() const { return static_cast<bool>(answerer_); }
  model::GenerationResult answered() const { return answerer_(questions_); }

  /// The rest. Throws model::Cancelled, task::ServiceUnavailable, Error.
  void finish(model::GenerationResult answers);

  /// One per item of the block, in order; to be taken after `finish`.
  std::vector<ItemResult>& results() { return results_; }
  const model::GenerationCounts& counts() const { return counts_; }

 private:
  /// Places in the block.
  using Places = std::vector<std::size_t>;

  const WorkItem& item(std::size_t place) const { return setup_.workload.items[block_[place]]; }
  const task::Task& task(std::size_t place) const { return setup_.evaluator.tasks[item(place).task]; }
  Places places_where(const std::function<bool(std::size_t place)>& holds) const;
  std::vector<model::Generation> generate(std::span<const model::GenerationRequest> requests);
  void take_answers(model::GenerationResult answers);
  void measure(const Places& places);
  void score_answers(const Places& places);
  void score_task(std::size_t number, const Places& places);
  void question_answers(const Places& places);

  const ExamSetup& setup_;
  const model::ModelVariant& variant_;
  const ItemList& block_;
  Answerer answerer_;
  Places answered_;                                  // the items whose prompts are answered, not measured
  std::vector<model::GenerationRequest> questions_;  // one for each of them
  std::vector<ItemResult> results_;
  model::GenerationCounts counts_;
};

/// Examines blocks on the calling thread; those with answers to write do so together. Throws like
/// ChunkEvaluation::finish.
void examine_together(const ExamSetup& setup, std::span<const std::unique_ptr<ChunkEvaluation>> exams);

}  // namespace shoal::evaluation
