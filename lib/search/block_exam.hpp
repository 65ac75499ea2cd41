#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "model/model_variant.hpp"
#include "search/wave.hpp"

namespace shoal::search {

/// What an examination of a block works with; references must outlive it.
struct ExamSetup {
  const Evaluator& evaluator;
  const Workload& workload;
  std::atomic<std::int64_t>& most_tokens;  ///< of a batch; shrinks when memory does not suffice
  const std::atomic<bool>& cancelled;
};

/// One block under one variant of the model: answers are generated, and questioned once more where their tasks do so;
/// likelihoods are measured; and everything is scored. A block may hold items of several tasks.
class BlockExam {
 public:
  BlockExam(const ExamSetup& setup, const model::ModelVariant& variant, const ItemList& block);

  /// Throws model::Cancelled, task::ServiceUnavailable, Error.
  void run();

  /// One per item of the block, in order; to be taken after `run`.
  std::vector<ItemResult>& results() { return results_; }
  const model::GenerationCounts& counts() const { return counts_; }

 private:
  /// Places in the block.
  using Places = std::vector<std::size_t>;

  const WorkItem& item(std::size_t place) const { return setup_.workload.items[block_[place]]; }
  const task::Task& task(std::size_t place) const { return setup_.evaluator.tasks[item(place).task]; }
  Places places_where(const std::function<bool(std::size_t place)>& holds) const;
  model::GenerationOptions options() const;
  std::vector<model::Generation> generate(std::span<const model::GenerationRequest> requests);
  void answer(const Places& places);
  void measure(const Places& places);
  void score_answers(const Places& places);
  void score_task(std::size_t number, const Places& places);
  void question_answers(const Places& places);

  const ExamSetup& setup_;
  const model::ModelVariant& variant_;
  const ItemList& block_;
  std::vector<ItemResult> results_;
  model::GenerationCounts counts_;
};

}  // namespace shoal::search
