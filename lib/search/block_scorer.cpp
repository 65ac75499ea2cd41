#include "search/block_scorer.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "search/block_exam.hpp"
#include "search/synthetic_model.hpp"

namespace shoal::search {

BlockScorer::BlockScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                         std::span<const WaveTask> tasks, const Materialise& materialise, const Keep& keep)
    : evaluator_(evaluator),
      assignments_(assignments),
      workload_(workload),
      tasks_(tasks),
      keep_(keep),
      variants_(
          [this, &materialise](std::size_t p) {
            return model::ModelVariant(evaluator_.base, delta_of(assignments_[p], materialise),
                                       evaluator_.options.adapters);
          },
          std::max(evaluator.options.variants_kept, static_cast<std::size_t>(evaluator.options.threads) + 1)),
      table_(assignments.size(), workload.items.size()),
      most_tokens_(evaluator.options.max_batch_tokens) {}

void BlockScorer::score(std::int64_t number) {
  const Stopwatch watch;
  const WaveTask& task = tasks_[static_cast<std::size_t>(number)];
  const ItemList& block = assignments_[task.position].blocks[task.block];
  const auto counts = evaluator_.synthetic == nullptr ? examine(task, block) : pretend(task, block);
  finished(task, counts);
  if (evaluator_.pace != nullptr) {
    evaluator_.pace->add(watch.seconds(), static_cast<double>(cost_of(block, workload_)));
  }
  evaluator_.comm.pulse().beat();
}

model::GenerationCounts BlockScorer::examine(const WaveTask& task, const ItemList& block) {
  const auto variant = variants_.at(task.position);
  const ExamSetup setup{evaluator_, workload_, most_tokens_, cancelled_};
  BlockExam exam(setup, *variant, block);
  exam.run();
  for (std::size_t i = 0; i < block.size(); ++i) {
    table_.set(task.position, block[i], exam.results()[i].outcome);
    if (keep_) keep_(task.position, block[i], std::move(exam.results()[i]));
  }
  return exam.counts();
}

model::GenerationCounts BlockScorer::pretend(const WaveTask& task, const ItemList& block) {
  model::GenerationCounts counts;
  for (const std::size_t item : block) counts.prompt_tokens += tokens_of(workload_.items[item]);
  counts.prompt_tokens_computed = counts.prompt_tokens;
  evaluator_.synthetic->compute(counts.prompt_tokens, [this] {
    evaluator_.comm.pulse().beat();
    if (cancelled_) throw model::Cancelled{};
  });
  for (const std::size_t item : block) {
    const double score = evaluator_.synthetic->score(assignments_[task.position].position, item);
    table_.set(task.position, item, {score, true, {}, {}});
    if (keep_) keep_(task.position, item, {{}, {}, {score, true, {}, {}}});
  }
  return counts;
}

std::vector<WaveTask> BlockScorer::take_finished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

tensor::ModelDelta BlockScorer::delta_of(const Assignment& assignment, const Materialise& materialise) const {
  if (assignment.model) return assignment.model();
  if (assignment.dense) return evaluator_.dense_model(assignment.dense->weights);
  return materialise(assignment.position);
}

void BlockScorer::finished(const WaveTask& task, const model::GenerationCounts& counts) {
  const std::lock_guard lock(mutex_);
  finished_.push_back(task);
  counts_ += counts;
}

}  // namespace shoal::search
