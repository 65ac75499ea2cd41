#include "search/block_scorer.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/clock.hpp"
#include "model/batch_parts.hpp"
#include "search/synthetic_model.hpp"

namespace shoal::search {
namespace {

model::GenerationRequest request_for(const Evaluator& evaluator, const WorkItem& item, task::Split split) {
  const task::Task& task = evaluator.tasks[item.task];
  model::GenerationRequest request;
  request.prompt = item.prompt;
  request.max_new_tokens = task.max_new_tokens();
  if (evaluator.options.early_exit == EarlyExit::on) {
    request.settled = [&, split](std::span<const std::int32_t> ids) {
      return task.settled(split, item.example, evaluator.tokenizer.decode(ids));
    };
  }
  return request;
}

/// The items of one task within a block, and what was generated for them.
struct Questions {
  ItemList places;  // in the block
  std::vector<std::size_t> examples;
  std::vector<std::string> outputs;
};

}  // namespace

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
  const auto counts = evaluator_.synthetic == nullptr ? generate(task, block) : pretend(task, block);
  finished(task, counts);
  if (evaluator_.pace != nullptr) {
    evaluator_.pace->add(watch.seconds(), static_cast<double>(cost_of(block, workload_)));
  }
  evaluator_.comm.pulse().beat();
}

model::GenerationCounts BlockScorer::generate(const WaveTask& task, const ItemList& block) {
  std::vector<model::GenerationRequest> requests;
  for (const std::size_t item : block) {
    requests.push_back(request_for(evaluator_, workload_.items[item], workload_.split));
  }
  const auto variant = variants_.at(task.position);
  const model::GenerationOptions options{evaluator_.options.prefix_sharing, &cancelled_,
                                         &evaluator_.comm.pulse().counter()};
  auto result = model::generate_in_parts(requests, most_tokens_,
                                         [&](const auto part) { return model::generate(*variant, part, options); });
  record(task.position, block, result.generations);
  return result.counts;
}

model::GenerationCounts BlockScorer::pretend(const WaveTask& task, const ItemList& block) {
  model::GenerationCounts counts;
  for (const std::size_t item : block) counts.prompt_tokens += std::ssize(workload_.items[item].prompt);
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
  if (assignment.dense) return evaluator_.dense_model(assignment.dense->weights);
  return materialise(assignment.position);
}

void BlockScorer::record(std::size_t position, const ItemList& block, std::vector<model::Generation>& generations) {
  std::vector<std::string> outputs;
  for (const model::Generation& generation : generations) {
    outputs.push_back(evaluator_.tokenizer.decode(generation.output_ids));
  }
  auto outcomes = outcomes_of(block, outputs);
  for (std::size_t i = 0; i < block.size(); ++i) {
    table_.set(position, block[i], outcomes[i]);
    if (!keep_) continue;
    keep_(position, block[i], {std::move(generations[i].output_ids), std::move(outputs[i]), std::move(outcomes[i])});
  }
}

// A block may hold items of several tasks; each task is asked once.
std::vector<task::Outcome> BlockScorer::outcomes_of(const ItemList& block, std::span<const std::string> outputs) const {
  std::map<std::size_t, Questions> by_task;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const WorkItem& item = workload_.items[block[i]];
    Questions& questions = by_task[item.task];
    questions.places.push_back(i);
    questions.examples.push_back(item.example);
    questions.outputs.push_back(outputs[i]);
  }
  const auto cancelled = [this] {
    evaluator_.comm.pulse().beat();  // waiting for a service is no standstill
    return cancelled_.load();
  };
  std::vector<task::Outcome> outcomes(block.size());
  for (const auto& [number, questions] : by_task) {
    auto scored = evaluator_.tasks[number].score_all(workload_.split, questions.examples, questions.outputs, cancelled);
    for (std::size_t i = 0; i < scored.size(); ++i) outcomes[questions.places[i]] = std::move(scored[i]);
  }
  return outcomes;
}

void BlockScorer::finished(const WaveTask& task, const model::GenerationCounts& counts) {
  const std::lock_guard lock(mutex_);
  finished_.push_back(task);
  counts_ += counts;
}

}  // namespace shoal::search
