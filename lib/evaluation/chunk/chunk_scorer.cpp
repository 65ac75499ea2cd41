#include "evaluation/chunk/chunk_scorer.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "evaluation/chunk/chunk_evaluation.hpp"
#include "evaluation/expert_models.hpp"
#include "evaluation/synthetic_model.hpp"

namespace shoal::evaluation {

ChunkScorer::ChunkScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                         const Materialise& materialise, const ItemCallback& keep)
    : evaluator_(evaluator),
      assignments_(assignments),
      workload_(workload),
      keep_(keep),
      variants_([this, &materialise](std::size_t p) { return variant_for(assignments_[p], materialise); },
                std::max(evaluator.options.variants_kept, static_cast<std::size_t>(evaluator.options.threads) + 1)),
      setup_{evaluator_, workload_, most_tokens_, cancelled_},
      pack_(setup_,
            [this, &materialise](std::size_t k, std::size_t experts) { return expert(k, experts, materialise); }),
      table_(assignments.size(), workload.items.size()),
      most_tokens_(evaluator.options.max_batch_tokens),
      counts_(assignments.size()) {}

void ChunkScorer::score(const WorkUnit& unit) {
  const Stopwatch watch;
  if (evaluator_.synthetic == nullptr) {
    examine(unit);
  } else {
    for (const WaveTask& task : unit) pretend(task);
  }
  double cost = 0.0;
  for (const WaveTask& task : unit) cost += static_cast<double>(cost_of(block_of(task), workload_));
  if (evaluator_.pace != nullptr) evaluator_.pace->add(watch.seconds(), cost);
  evaluator_.comm.liveness().beat();
}

void ChunkScorer::examine(const WorkUnit& unit) {
  std::vector<VariantCache::Variant> variants;  // kept here while they are in use
  std::vector<std::unique_ptr<ChunkEvaluation>> exams;
  for (const WaveTask& task : unit) exams.push_back(exam_of(task, variants));
  examine_together(setup_, exams);
  for (std::size_t t = 0; t < unit.size(); ++t) {
    const ItemList& block = block_of(unit[t]);
    for (std::size_t i = 0; i < block.size(); ++i) {
      table_.set(unit[t].position, block[i], exams[t]->results()[i].outcome);
      if (keep_) keep_(unit[t].position, block[i], std::move(exams[t]->results()[i]));
    }
    finished(unit[t], exams[t]->counts());
  }
}

std::unique_ptr<ChunkEvaluation> ChunkScorer::exam_of(const WaveTask& task,
                                                      std::vector<VariantCache::Variant>& variants) {
  variants.push_back(variants_.at(task.position));
  return std::make_unique<ChunkEvaluation>(setup_, *variants.back(), block_of(task),
                                           answerer_for(assignments_[task.position]));
}

void ChunkScorer::pretend(const WaveTask& task) {
  const ItemList& block = block_of(task);
  model::GenerationCounts counts;
  for (const std::size_t item : block) counts.prompt_tokens += tokens_of(workload_.items[item]);
  counts.prompt_tokens_computed = counts.prompt_tokens;
  evaluator_.synthetic->compute(counts.prompt_tokens, [this] {
    evaluator_.comm.liveness().beat();
    if (cancelled_) throw model::Cancelled{};
  });
  for (const std::size_t item : block) {
    const double score = evaluator_.synthetic->score(assignments_[task.position].position, item);
    table_.set(task.position, item, {score, true, {}, {}});
    if (keep_) keep_(task.position, item, {{}, {}, {score, true, {}, {}}});
  }
  finished(task, counts);
}

std::vector<WaveTask> ChunkScorer::take_finished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

/// Whether the position's coordinates are weights of what the experts say.
bool ChunkScorer::weighs_answers(const Assignment& assignment) const {
  return evaluator_.experts != nullptr && !assignment.position.empty();
}

model::ModelVariant ChunkScorer::variant_for(const Assignment& assignment, const Materialise& materialise) const {
  if (weighs_answers(assignment)) return (*evaluator_.experts)[experts_with_weight(assignment.position).front()];
  return {evaluator_.base, delta_of(assignment, materialise), evaluator_.options.adapters};
}

// With all weight on one expert the mixture chooses what it would choose, at a fraction of the cost: it answers itself.
Answerer ChunkScorer::answerer_for(const Assignment& assignment) {
  const Pack& pack = assignment.pack;
  if (pack.experts > 0) return pack.clusters ? pack_.by_clusters(pack.clusters) : pack_.by_perplexity(pack.experts);
  if (!weighs_answers(assignment) || experts_with_weight(assignment.position).size() == 1) return {};
  return pack_.by_weights(assignment.position);
}

model::ModelVariant ChunkScorer::expert(std::size_t expert, std::size_t experts, const Materialise& materialise) const {
  if (evaluator_.experts != nullptr) return (*evaluator_.experts)[expert];
  const auto alone = swarm::expert_position(static_cast<int>(expert), static_cast<int>(experts));
  return {evaluator_.base, materialise(alone), evaluator_.options.adapters};
}

weights::ModelDelta ChunkScorer::delta_of(const Assignment& assignment, const Materialise& materialise) const {
  if (assignment.pack.experts > 0) return {};
  if (assignment.model) return assignment.model();
  if (assignment.dense) return evaluator_.dense_model(assignment.dense->weights);
  return materialise(assignment.position);
}

void ChunkScorer::finished(const WaveTask& task, const model::GenerationCounts& counts) {
  const std::lock_guard lock(mutex_);
  finished_.push_back(task);
  counts_[task.position] += counts;
}

}  // namespace shoal::evaluation
