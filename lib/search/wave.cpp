#include "search/wave.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "comm/agree.hpp"
#include "comm/work_counter.hpp"
#include "search/crew.hpp"
#include "search/score_table.hpp"
#include "search/shortcut.hpp"
#include "search/variant_cache.hpp"
#include "search/wave_plan.hpp"
#include "search/wave_queue.hpp"
#include "task/http_client.hpp"

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

void add(model::GenerationCounts& sum, const model::GenerationCounts& counts) {
  sum.prompt_tokens += counts.prompt_tokens;
  sum.prompt_tokens_computed += counts.prompt_tokens_computed;
  sum.output_tokens += counts.output_tokens;
}

using Materialise = std::function<tensor::ModelDelta(const swarm::Coordinates&)>;

/// One wave on one rank: generates and scores blocks, and adds up what was computed.
class BlockScorer {
 public:
  BlockScorer(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
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
        table_(assignments.size(), workload.items.size()) {}

  void score(std::int64_t number) {
    const Stopwatch watch;
    const WaveTask& task = tasks_[static_cast<std::size_t>(number)];
    const ItemList& block = assignments_[task.position].blocks[task.block];
    std::vector<model::GenerationRequest> requests;
    for (const std::size_t item : block) {
      requests.push_back(request_for(evaluator_, workload_.items[item], workload_.split));
    }
    const auto variant = variants_.at(task.position);
    comm::Pulse& pulse = evaluator_.comm.pulse();
    auto result =
        model::generate(*variant, requests, {evaluator_.options.prefix_sharing, &cancelled_, &pulse.counter()});
    record(task.position, block, result.generations);
    finished(task, result.counts);
    if (evaluator_.pace != nullptr)
      evaluator_.pace->add(watch.seconds(), static_cast<double>(cost_of(block, workload_)));
    pulse.beat();
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
  tensor::ModelDelta delta_of(const Assignment& assignment, const Materialise& materialise) const {
    if (assignment.dense) return evaluator_.dense_model(assignment.dense->weights);
    return materialise(assignment.position);
  }

  void record(std::size_t position, const ItemList& block, std::vector<model::Generation>& generations) {
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

  /// A block may hold items of several tasks; each task is asked once.
  std::vector<task::Outcome> outcomes_of(const ItemList& block, const std::vector<std::string>& outputs) const {
    struct Questions {
      ItemList places;  // in the block
      std::vector<std::size_t> examples;
      std::vector<std::string> outputs;
    };
    std::map<std::size_t, Questions> by_task;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const WorkItem& item = workload_.items[block[i]];
      Questions& questions = by_task[item.task];
      questions.places.push_back(i);
      questions.examples.push_back(item.example);
      questions.outputs.push_back(outputs[i]);
    }
    std::vector<task::Outcome> outcomes(block.size());
    for (const auto& [number, questions] : by_task) {
      auto scored = evaluator_.tasks[number].score_all(workload_.split, questions.examples, questions.outputs, [this] {
        evaluator_.comm.pulse().beat();  // waiting is no standstill
        return cancelled_.load();
      });
      for (std::size_t i = 0; i < scored.size(); ++i) outcomes[questions.places[i]] = std::move(scored[i]);
    }
    return outcomes;
  }

  void finished(const WaveTask& task, const model::GenerationCounts& counts) {
    const std::lock_guard lock(mutex_);
    finished_.push_back(task);
    add(counts_, counts);
  }

  const Evaluator& evaluator_;
  std::span<const Assignment> assignments_;
  const Workload& workload_;
  std::span<const WaveTask> tasks_;
  const Keep& keep_;
  VariantCache variants_;
  ScoreTable table_;
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  std::vector<WaveTask> finished_;
  model::GenerationCounts counts_;
};

/// One wave as the driving thread sees it.
class Dispatcher {
 public:
  Dispatcher(const Evaluator& evaluator, std::span<const WaveTask> tasks, WaveQueue& queue, Shortcut& shortcut,
             BlockScorer& scorer)
      : evaluator_(evaluator), tasks_(tasks), queue_(queue), shortcut_(shortcut), scorer_(scorer) {}

  /// Hands tasks of the queue to the crew until none is left. Returns true when the wave was given up.
  bool run(Crew& crew) {
    while (open_ || !crew.resting()) {
      for (const WaveTask& task : scorer_.take_finished()) shortcut_.publish(task, scorer_.table());
      if (open_ && (crew.failed() || evaluator_.interrupted())) {
        give_up(crew);
      } else if (open_ && crew.has_free_hands()) {
        hand_out_next(crew);
      } else {
        queue_.progress();
        crew.wait(500us);
      }
    }
    return given_up_;
  }

 private:
  /// Nobody, on any rank, gets another task; what runs here stops between two forward passes.
  void give_up(const Crew& crew) {
    given_up_ = !crew.failed();
    queue_.exhaust();
    scorer_.cancel();
    open_ = false;
  }

  void hand_out_next(Crew& crew) {
    const auto number = queue_.next();
    open_ = number.has_value();
    if (!open_) return;
    evaluator_.progress(*number + 1, static_cast<std::int64_t>(tasks_.size()));
    if (!shortcut_.needless(tasks_[static_cast<std::size_t>(*number)])) crew.give(*number);
  }

  const Evaluator& evaluator_;
  std::span<const WaveTask> tasks_;
  WaveQueue& queue_;
  Shortcut& shortcut_;
  BlockScorer& scorer_;
  bool open_ = true;
  bool given_up_ = false;
};

/// Why a wave ended before its time on this rank.
struct Ending {
  bool given_up = false;
  std::string away;  ///< what is known about a service that cannot be reached; nobody's fault, and it may pass
};

/// Rethrows what went wrong.
Ending finish(const Crew& crew, bool given_up) {
  try {
    crew.finish();
  } catch (const model::Cancelled&) {
    // The answer to our own cancel(), not a failure.
    if (!given_up) throw;
  } catch (const task::ServiceUnavailable& service) {
    return {true, given_up ? "" : service.sentence};
  }
  return {given_up, ""};
}

/// Whether any rank has given up; what services did is told on all of them.
bool given_up_anywhere(const Evaluator& evaluator, const Ending& ending) {
  if (!comm::any(evaluator.comm, ending.given_up)) return false;
  for (const std::string& away : evaluator.comm.all_gather(ending.away)) {
    if (!away.empty()) evaluator.warn(away);
  }
  return true;
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

Assignment complete_dense_assignment(DenseView position, const Workload& workload) {
  return {{}, workload.blocks, {}, {}, position};
}

namespace {

/// Zeros where a rank did not evaluate: the sum over ranks is exact.
void exchange(const Evaluator& evaluator, ScoreTable& table) {
  evaluator.comm.pulse().enter(comm::Phase::exchange);
  if (evaluator.device != nullptr) {
    evaluator.device->all_reduce(table.buffer(), comm::ReduceOp::sum);
  } else {
    evaluator.comm.all_reduce(table.buffer(), comm::ReduceOp::sum);
  }
}

WaveScores evaluate_wave(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                         const Materialise& materialise, const Keep& keep) {
  evaluator.comm.pulse().enter(evaluator.phase);
  const auto tasks = plan_wave(assignments, workload, tile_of(evaluator, assignments.size()));
  const auto counter = comm::make_work_counter(evaluator.comm, static_cast<std::int64_t>(tasks.size()));
  WaveQueue queue(*counter, tasks, assignments, evaluator.comm.rank());
  Shortcut shortcut(evaluator.comm, assignments, workload.items.size());
  BlockScorer scorer(evaluator, assignments, workload, tasks, materialise, keep);
  WaveScores wave;
  Ending ending;
  comm::agree(evaluator.comm, [&] {
    Crew crew(evaluator.options.threads, [&](std::int64_t number) { scorer.score(number); });
    const bool given_up = Dispatcher(evaluator, tasks, queue, shortcut, scorer).run(crew);
    ending = finish(crew, given_up);
  });
  wave.interrupted = given_up_anywhere(evaluator, ending);
  if (wave.interrupted) return wave;
  exchange(evaluator, scorer.table());
  for (std::size_t p = 0; p < assignments.size(); ++p) {
    wave.positions.push_back(read_scores(scorer.table(), p, assignments[p], workload.items.size()));
  }
  wave.counts = scorer.counts();
  return wave;
}

/// Position by position: each is materialised by all ranks before the first of its tasks is handed out.
WaveScores evaluate_together(const Evaluator& evaluator, std::span<const Assignment> assignments,
                             const Workload& workload, const Keep& keep) {
  WaveScores wave;
  for (std::size_t p = 0; p < assignments.size() && !wave.interrupted; ++p) {
    evaluator.comm.pulse().enter(evaluator.phase);
    const tensor::ModelDelta delta = evaluator.materialise(assignments[p].position);
    const Keep keep_here = [&](std::size_t, std::size_t item, ItemResult result) { keep(p, item, std::move(result)); };
    WaveScores one = evaluate_wave(
        evaluator, assignments.subspan(p, 1), workload, [&](const swarm::Coordinates&) { return delta; },
        keep ? keep_here : Keep());
    std::ranges::move(one.positions, std::back_inserter(wave.positions));
    add(wave.counts, one.counts);
    wave.interrupted = one.interrupted;
  }
  return wave;
}

}  // namespace

WaveScores evaluate(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                    const Keep& keep) {
  if (evaluator.options.materialising == Materialising::together)
    return evaluate_together(evaluator, assignments, workload, keep);
  return evaluate_wave(evaluator, assignments, workload, evaluator.materialise, keep);
}

WaveScores evaluate(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
                    const Keep& keep) {
  std::vector<Assignment> assignments;
  for (const swarm::Coordinates& position : positions) assignments.push_back(complete_assignment(position, workload));
  return evaluate(evaluator, assignments, workload, keep);
}

}  // namespace shoal::search
