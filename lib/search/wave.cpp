#include "search/wave.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <utility>

#include "comm/agree.hpp"
#include "comm/work_counter.hpp"
#include "model/batch_parts.hpp"
#include "search/crew.hpp"
#include "search/score_table.hpp"
#include "search/shortcut.hpp"
#include "search/variant_cache.hpp"
#include "search/wave_plan.hpp"

namespace shoal::search {
namespace {

using namespace std::chrono_literals;

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

/// One wave on one rank: generates and scores blocks, and adds up what was computed.
class BlockScorer {
 public:
  BlockScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
              std::span<const WaveTask> tasks, const Keep& keep)
      : evaluator_(evaluator),
        assignments_(assignments),
        workload_(workload),
        tasks_(tasks),
        keep_(keep),
        variants_(
            [this](std::size_t p) {
              return model::ModelVariant(evaluator_.base, evaluator_.materialise(assignments_[p].position));
            },
            std::max(evaluator.options.variants_kept, static_cast<std::size_t>(evaluator.options.threads) + 1)),
        table_(assignments.size(), workload.items.size()),
        most_tokens_(evaluator.options.max_batch_tokens) {}

  void score(std::int64_t number) {
    const WaveTask& task = tasks_[static_cast<std::size_t>(number)];
    const ItemList& block = assignments_[task.position].blocks[task.block];
    std::vector<model::GenerationRequest> requests;
    for (const std::size_t item : block) {
      requests.push_back(request_for(evaluator_, workload_.items[item], workload_.split));
    }
    const auto variant = variants_.at(task.position);
    auto result = model::generate_in_parts(requests, most_tokens_, [&](const auto part) {
      return model::generate(*variant, part, {evaluator_.options.prefix_sharing, &cancelled_});
    });
    for (std::size_t i = 0; i < block.size(); ++i) record(task.position, block[i], result.generations[i]);
    finished(task, result.counts);
  }

  /// Tasks finished since the last call; their scores are in the table.
  std::vector<WaveTask> take_finished() {
    const std::lock_guard lock(mutex_);
    return std::exchange(finished_, {});
  }

  void cancel() { cancelled_ = true; }
  ScoreTable& table() { return table_; }
  const model::GenerationCounts& counts() const { return counts_; }

 private:
  void record(std::size_t position, std::size_t index, model::Generation& generation) {
    const WorkItem& item = workload_.items[index];
    ItemResult result{std::move(generation.output_ids), {}, {}};
    result.output = evaluator_.tokenizer.decode(result.output_ids);
    result.outcome = evaluator_.tasks[item.task].score(workload_.split, item.example, result.output);
    table_.set(position, index, result.outcome);
    if (keep_) keep_(position, index, std::move(result));
  }

  void finished(const WaveTask& task, const model::GenerationCounts& counts) {
    const std::lock_guard lock(mutex_);
    finished_.push_back(task);
    counts_.prompt_tokens += counts.prompt_tokens;
    counts_.prompt_tokens_computed += counts.prompt_tokens_computed;
    counts_.output_tokens += counts.output_tokens;
  }

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

/// One wave as the driving thread sees it.
class Dispatcher {
 public:
  Dispatcher(const Evaluator& evaluator, std::span<const WaveTask> tasks, comm::WorkCounter& counter,
             Shortcut& shortcut, BlockScorer& scorer)
      : evaluator_(evaluator), tasks_(tasks), counter_(counter), shortcut_(shortcut), scorer_(scorer) {}

  /// Hands tasks of the shared counter to the crew until none is left. Returns true when the wave was given up.
  bool run(Crew& crew) {
    while (open_ || !crew.resting()) {
      for (const WaveTask& task : scorer_.take_finished()) shortcut_.publish(task, scorer_.table());
      if (open_ && (crew.failed() || evaluator_.interrupted())) {
        give_up(crew);
      } else if (open_ && crew.has_free_hands()) {
        hand_out_next(crew);
      } else {
        counter_.progress();
        crew.wait(500us);
      }
    }
    return given_up_;
  }

 private:
  /// Nobody, on any rank, gets another task; what runs here stops between two forward passes.
  void give_up(const Crew& crew) {
    given_up_ = !crew.failed();
    counter_.exhaust();
    scorer_.cancel();
    open_ = false;
  }

  void hand_out_next(Crew& crew) {
    const auto number = counter_.next();
    open_ = number.has_value();
    if (!open_) return;
    evaluator_.progress(*number + 1, static_cast<std::int64_t>(tasks_.size()));
    if (!shortcut_.needless(tasks_[static_cast<std::size_t>(*number)])) crew.give(*number);
  }

  const Evaluator& evaluator_;
  std::span<const WaveTask> tasks_;
  comm::WorkCounter& counter_;
  Shortcut& shortcut_;
  BlockScorer& scorer_;
  bool open_ = true;
  bool given_up_ = false;
};

void finish(const Crew& crew, bool given_up) {
  try {
    crew.finish();
  } catch (const model::Cancelled&) {
    // The answer to our own cancel(), not a failure.
    if (!given_up) throw;
  }
}

/// Positions whose blocks are interleaved: all of them where their models fit, else as many as are worked on at once.
std::size_t tile_of(const Evaluator& evaluator, std::size_t positions) {
  const auto at_once = static_cast<std::size_t>(evaluator.comm.size() * evaluator.options.threads);
  return evaluator.options.variants_kept >= positions ? std::max<std::size_t>(positions, 1) : at_once;
}

}  // namespace

std::vector<double> scores_before(const Assignment& assignment, std::size_t items) {
  std::vector<double> scores = assignment.known;
  scores.resize(items, std::numeric_limits<double>::quiet_NaN());
  return scores;
}

Assignment complete_assignment(swarm::Coordinates position, const Workload& workload) {
  return {std::move(position), workload.blocks, {}, {}};
}

WaveScores evaluate(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                    const Keep& keep) {
  const auto tasks = plan_wave(assignments, workload, tile_of(evaluator, assignments.size()));
  const auto counter = comm::make_work_counter(evaluator.comm, static_cast<std::int64_t>(tasks.size()));
  Shortcut shortcut(evaluator.comm, assignments, workload.items.size());
  BlockScorer scorer(evaluator, assignments, workload, tasks, keep);
  WaveScores wave;
  bool given_up = false;
  comm::agree(evaluator.comm, [&] {
    Crew crew(evaluator.options.threads, [&](std::int64_t number) { scorer.score(number); });
    given_up = Dispatcher(evaluator, tasks, *counter, shortcut, scorer).run(crew);
    finish(crew, given_up);
  });
  wave.interrupted = comm::any(evaluator.comm, given_up);
  if (wave.interrupted) return wave;
  evaluator.comm.all_reduce(scorer.table().buffer(), comm::ReduceOp::sum);
  for (std::size_t p = 0; p < assignments.size(); ++p) {
    wave.positions.push_back(read_scores(scorer.table(), p, assignments[p], workload.items.size()));
  }
  wave.counts = scorer.counts();
  return wave;
}

WaveScores evaluate(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
                    const Keep& keep) {
  std::vector<Assignment> assignments;
  for (const swarm::Coordinates& position : positions) assignments.push_back(complete_assignment(position, workload));
  return evaluate(evaluator, assignments, workload, keep);
}

}  // namespace shoal::search
