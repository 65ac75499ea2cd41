#pragma once

#include <atomic>
#include <mutex>
#include <span>
#include <vector>

#include "evaluation/chunk/chunk_evaluation.hpp"
#include "evaluation/chunk/expert_pack.hpp"
#include "evaluation/schedule/wave_units.hpp"
#include "evaluation/score_table.hpp"
#include "evaluation/variant_cache.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// One wave on one rank: examines blocks, and adds up scores and what was computed. References must outlive it.
class ChunkScorer {
 public:
  using Materialise = std::function<weights::ModelDelta(const swarm::Coordinates&)>;

  ChunkScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
              const Materialise& materialise, const ItemCallback& keep);

  /// Works off one unit; from several threads at once. Throws model::Cancelled after `cancel`,
  /// task::ServiceUnavailable, Error.
  void score(const WorkUnit& unit);

  /// Tasks finished since the last call; their scores are in the table.
  std::vector<WaveTask> take_finished();

  /// What is being worked on stops between two forward passes.
  void cancel() { cancelled_ = true; }

  ScoreTable& table() { return table_; }
  /// What was computed for each assignment.
  const std::vector<model::GenerationCounts>& counts() const { return counts_; }

 private:
  /// What measures, and answers unless `answerer_for` gives somebody who does.
  model::ModelVariant variant_for(const Assignment& assignment, const Materialise& materialise) const;
  Answerer answerer_for(const Assignment& assignment);
  model::ModelVariant expert(std::size_t expert, std::size_t experts, const Materialise& materialise) const;
  weights::ModelDelta delta_of(const Assignment& assignment, const Materialise& materialise) const;
  bool weighs_answers(const Assignment& assignment) const;
  const ItemList& block_of(const WaveTask& task) const { return assignments_[task.position].blocks[task.block]; }
  void examine(const WorkUnit& unit);
  std::unique_ptr<ChunkEvaluation> exam_of(const WaveTask& task, std::vector<VariantCache::Variant>& variants);
  void pretend(const WaveTask& task);
  void finished(const WaveTask& task, const model::GenerationCounts& counts);

  const Evaluator& evaluator_;
  std::span<const Assignment> assignments_;
  const Workload& workload_;
  const ItemCallback& keep_;
  VariantCache variants_;
  ExamSetup setup_;
  ExpertPack pack_;
  ScoreTable table_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<std::int64_t> most_tokens_;  // shrinks when memory does not suffice
  std::mutex mutex_;
  std::vector<WaveTask> finished_;
  std::vector<model::GenerationCounts> counts_;
};

}  // namespace shoal::evaluation
