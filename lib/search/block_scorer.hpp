#pragma once

#include <atomic>
#include <mutex>
#include <span>
#include <vector>

#include "search/score_table.hpp"
#include "search/variant_cache.hpp"
#include "search/wave.hpp"
#include "search/wave_plan.hpp"

namespace shoal::search {

/// One wave on one rank: examines blocks, and adds up scores and what was computed. References must outlive it.
class BlockScorer {
 public:
  using Materialise = std::function<tensor::ModelDelta(const swarm::Coordinates&)>;

  BlockScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
              std::span<const WaveTask> tasks, const Materialise& materialise, const Keep& keep);

  /// Works off one task; from several threads at once. Throws model::Cancelled after `cancel`,
  /// task::ServiceUnavailable, Error.
  void score(std::int64_t number);

  /// Tasks finished since the last call; their scores are in the table.
  std::vector<WaveTask> take_finished();

  /// What is being worked on stops between two forward passes.
  void cancel() { cancelled_ = true; }

  ScoreTable& table() { return table_; }
  const model::GenerationCounts& counts() const { return counts_; }

 private:
  tensor::ModelDelta delta_of(const Assignment& assignment, const Materialise& materialise) const;
  model::GenerationCounts examine(const WaveTask& task, const ItemList& block);
  model::GenerationCounts pretend(const WaveTask& task, const ItemList& block);
  void finished(const WaveTask& task, const model::GenerationCounts& counts);

  const Evaluator& evaluator_;
  std::span<const Assignment> assignments_;
  const Workload& workload_;
  std::span<const WaveTask> tasks_;
  const Keep& keep_;
  VariantCache variants_;
  ScoreTable table_;
  std::atomic<bool> cancelled_ = false;
  std::atomic<std::int64_t> most_tokens_;  // shrinks when memory does not suffice
  std::mutex mutex_;
  std::vector<WaveTask> finished_;
  model::GenerationCounts counts_;
};

}  // namespace shoal::search
