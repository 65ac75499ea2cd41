#include "search/block_scorer.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "search/block_exam.hpp"
#include "search/synthetic_model.hpp"

namespace shoal::search {

BlockScorer::BlockScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                         const Materialise& materialise, const Keep& keep)
    : evaluator_(evaluator),
      assignments_(assignments),
      workload_(workload),
      keep_(keep),
      variants_(
          [this, &materialise](std::size_t p) {
            return model::ModelVariant(evaluator_.base, delta_of(assignments_[p], materialise),
                                       evaluator_.options.adapters);
          },
          std::max(evaluator.options.variants_kept, static_cast<std::size_t>(evaluator.options.threads) + 1)),
      setup_{evaluator_, workload_, most_tokens_, cancelled_},
      pack_(setup_,
            [this, &materialise](std::size_t expert, std::size_t experts) {
              swarm::Coordinates alone(experts, 0.0);
              alone[expert] = 1.0;
              return model::ModelVariant(evaluator_.base, materialise(alone), evaluator_.options.adapters);
            }),
      table_(assignments.size(), workload.items.size()),
      most_tokens_(evaluator.options.max_batch_tokens),
      counts_(assignments.size()) {}

void BlockScorer::score(const WaveUnit& unit) {
  const Stopwatch watch;
  if (evaluator_.synthetic == nullptr) {
    examine(unit);
  } else {
    for (const WaveTask& task : unit) pretend(task);
  }
  double cost = 0.0;
  for (const WaveTask& task : unit) cost += static_cast<double>(cost_of(block_of(task), workload_));
  if (evaluator_.pace != nullptr) evaluator_.pace->add(watch.seconds(), cost);
  evaluator_.comm.pulse().beat();
}

void BlockScorer::examine(const WaveUnit& unit) {
  std::vector<VariantCache::Variant> variants;  // kept here while they are in use
  std::vector<std::unique_ptr<BlockExam>> exams;
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

std::unique_ptr<BlockExam> BlockScorer::exam_of(const WaveTask& task, std::vector<VariantCache::Variant>& variants) {
  variants.push_back(variants_.at(task.position));
  const std::size_t pack = assignments_[task.position].pack;
  return std::make_unique<BlockExam>(setup_, *variants.back(), block_of(task),
                                     pack > 0 ? pack_.answerer(pack) : Answerer());
}

void BlockScorer::pretend(const WaveTask& task) {
  const ItemList& block = block_of(task);
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
  finished(task, counts);
}

std::vector<WaveTask> BlockScorer::take_finished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

tensor::ModelDelta BlockScorer::delta_of(const Assignment& assignment, const Materialise& materialise) const {
  if (assignment.pack > 0) return {};
  if (assignment.model) return assignment.model();
  if (assignment.dense) return evaluator_.dense_model(assignment.dense->weights);
  return materialise(assignment.position);
}

void BlockScorer::finished(const WaveTask& task, const model::GenerationCounts& counts) {
  const std::lock_guard lock(mutex_);
  finished_.push_back(task);
  counts_[task.position] += counts;
}

}  // namespace shoal::search
