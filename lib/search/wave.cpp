#include "search/wave.hpp"

#include <atomic>
#include <chrono>
#include <mutex>

#include "comm/agree.hpp"
#include "comm/work_counter.hpp"
#include "search/crew.hpp"
#include "search/variant_cache.hpp"

namespace shoal::search {
namespace {

using namespace std::chrono_literals;
using Keep = std::function<void(std::size_t, std::size_t, ItemResult)>;

/// Scores of this rank, zeros elsewhere: [positions, items, 2], the score and whether the answer could be parsed.
class ScoreTable {
 public:
  ScoreTable(std::size_t positions, std::size_t items) : items_(items), values_(positions * items * 2, 0.0) {}

  void set(std::size_t position, std::size_t item, const task::Outcome& outcome) {
    const std::size_t at = (position * items_ + item) * 2;
    values_[at] = outcome.score;
    values_[at + 1] = outcome.parsed ? 1.0 : 0.0;
  }

  std::span<double> values() { return values_; }

  void read_into(WaveScores& wave) const {
    const std::size_t positions = items_ == 0 ? 0 : values_.size() / (items_ * 2);
    wave.scores.assign(positions, std::vector<double>(items_));
    wave.parsed.assign(positions, std::vector<bool>(items_));
    for (std::size_t p = 0; p < positions; ++p) {
      for (std::size_t i = 0; i < items_; ++i) {
        wave.scores[p][i] = values_[(p * items_ + i) * 2];
        wave.parsed[p][i] = values_[(p * items_ + i) * 2 + 1] != 0.0;
      }
    }
  }

 private:
  std::size_t items_;
  std::vector<double> values_;
};

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
  BlockScorer(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
              const Keep& keep)
      : evaluator_(evaluator),
        workload_(workload),
        keep_(keep),
        variants_([this, positions](std::size_t p) {
          return model::ModelVariant(evaluator_.base, evaluator_.materialise(positions[p]));
        }),
        table_(positions.size(), workload.items.size()) {}

  void score(std::int64_t task) {
    const auto blocks = static_cast<std::int64_t>(workload_.blocks.size());
    const auto position = static_cast<std::size_t>(task / blocks);
    const Block block = workload_.blocks[static_cast<std::size_t>(task % blocks)];
    std::vector<model::GenerationRequest> requests;
    for (std::size_t i = block.begin; i < block.end; ++i) {
      requests.push_back(request_for(evaluator_, workload_.items[i], workload_.split));
    }
    const auto variant = variants_.at(position);
    auto result = model::generate(*variant, requests, {evaluator_.options.prefix_sharing, &cancelled_});
    for (std::size_t i = 0; i < requests.size(); ++i) record(position, block.begin + i, result.generations[i]);
    add(result.counts);
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

  void add(const model::GenerationCounts& counts) {
    const std::lock_guard lock(mutex_);
    counts_.prompt_tokens += counts.prompt_tokens;
    counts_.prompt_tokens_computed += counts.prompt_tokens_computed;
    counts_.output_tokens += counts.output_tokens;
  }

  const Evaluator& evaluator_;
  const Workload& workload_;
  const Keep& keep_;
  VariantCache variants_;
  ScoreTable table_;
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  model::GenerationCounts counts_;
};

/// Hands tasks of the shared counter to the crew until none is left. Returns true when the wave was given up.
bool hand_out(const Evaluator& evaluator, comm::WorkCounter& counter, Crew& crew, BlockScorer& scorer,
              std::int64_t total) {
  bool open = true;
  bool given_up = false;
  while (open || !crew.resting()) {
    if (open && (crew.failed() || evaluator.interrupted())) {
      // Nobody, on any rank, gets another task; what runs here stops between two forward passes.
      given_up = !crew.failed();
      counter.exhaust();
      scorer.cancel();
      open = false;
    } else if (open && crew.has_free_hands()) {
      const auto task = counter.next();
      open = task.has_value();
      if (task) {
        crew.give(*task);
        evaluator.progress(*task + 1, total);
      }
    } else {
      counter.progress();
      crew.wait(500us);
    }
  }
  return given_up;
}

void finish(const Crew& crew, bool given_up) {
  try {
    crew.finish();
  } catch (const model::Cancelled&) {
    // The answer to our own cancel(), not a failure.
    if (!given_up) throw;
  }
}

}  // namespace

WaveScores evaluate(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
                    const Keep& keep) {
  const auto total = static_cast<std::int64_t>(positions.size() * workload.blocks.size());
  const auto counter = comm::make_work_counter(evaluator.comm, total);
  BlockScorer scorer(evaluator, positions, workload, keep);
  WaveScores wave;
  bool given_up = false;
  comm::agree(evaluator.comm, [&] {
    Crew crew(evaluator.options.threads, [&](std::int64_t task) { scorer.score(task); });
    given_up = hand_out(evaluator, *counter, crew, scorer, total);
    finish(crew, given_up);
  });
  wave.interrupted = comm::any(evaluator.comm, given_up);
  if (wave.interrupted) return wave;
  evaluator.comm.all_reduce(Buffer::of(scorer.table().values()), comm::ReduceOp::sum);
  scorer.table().read_into(wave);
  wave.counts = scorer.counts();
  return wave;
}

}  // namespace shoal::search
