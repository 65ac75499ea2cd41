#include "evaluation/wave.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>
#include <utility>

#include "comm/agree.hpp"
#include "comm/one_sided/work_counter.hpp"
#include "evaluation/chunk/chunk_scorer.hpp"
#include "evaluation/schedule/pruning_monitor.hpp"
#include "evaluation/schedule/stop_cause.hpp"
#include "evaluation/schedule/wave_plan.hpp"
#include "evaluation/schedule/wave_queue.hpp"
#include "evaluation/schedule/wave_units.hpp"
#include "evaluation/schedule/worker_pool.hpp"
#include "evaluation/score_table.hpp"

namespace shoal::evaluation {
namespace {

using namespace std::chrono_literals;

/// One wave as the driving thread sees it.
class Dispatcher {
 public:
  Dispatcher(const Evaluator& evaluator, std::span<WorkUnit> units, WaveQueue& queue, PruningMonitor& shortcut,
             ChunkScorer& scorer)
      : evaluator_(evaluator), units_(units), queue_(queue), shortcut_(shortcut), scorer_(scorer) {}

  /// Hands units of the queue to the workers until none is left. Returns true when the wave was given up.
  bool run(WorkerPool& workers) {
    while (open_ || !workers.idle()) {
      for (const WaveTask& task : scorer_.take_finished()) shortcut_.publish(task, scorer_.table());
      if (open_ && (workers.failed() || evaluator_.interrupted())) {
        give_up(workers);
      } else if (open_ && workers.has_idle_workers()) {
        hand_out_next(workers);
      } else {
        queue_.progress();
        workers.wait(500us);
      }
    }
    return given_up_;
  }

 private:
  /// Nobody, on any rank, gets another unit; what runs here stops between two forward passes.
  void give_up(const WorkerPool& workers) {
    given_up_ = !workers.failed();
    queue_.exhaust();
    scorer_.cancel();
    open_ = false;
  }

  void hand_out_next(WorkerPool& workers) {
    const auto number = queue_.next();
    open_ = number.has_value();
    if (!open_) return;
    evaluator_.progress(*number + 1, static_cast<std::int64_t>(units_.size()));
    WorkUnit& unit = units_[static_cast<std::size_t>(*number)];
    std::erase_if(unit, [&](const WaveTask& task) { return shortcut_.needless(task); });
    if (!unit.empty()) workers.submit(*number);
  }

  const Evaluator& evaluator_;
  std::span<WorkUnit> units_;
  WaveQueue& queue_;
  PruningMonitor& shortcut_;
  ChunkScorer& scorer_;
  bool open_ = true;
  bool given_up_ = false;
};

/// Positions whose blocks are interleaved: all of them where their models fit, else as many as are worked on at once.
std::size_t tile_of(const Evaluator& evaluator, std::size_t positions) {
  const auto at_once = static_cast<std::size_t>(evaluator.comm.size() * evaluator.options.threads);
  return evaluator.options.variants_kept >= positions ? std::max<std::size_t>(positions, 1) : at_once;
}

// On GPUs blocks have rows enough of their own, models that are not kept would be made again and again, and experts
// that answer together do so block by block.
Joining joining_for(const Evaluator& evaluator, const Workload& workload, std::size_t positions) {
  const bool models_fit = evaluator.options.variants_kept >= positions;
  const bool alone = evaluator.experts == nullptr;
  return {.workers = static_cast<std::size_t>(evaluator.comm.size() * evaluator.options.threads),
          .rows = models_fit && alone && evaluator.base.device().is_cpu() ? rows_of_a_unit : 1,
          .long_answers = [&](const ItemList& block) { return has_long_answers(block, workload, evaluator.tasks); }};
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

Assignment complete_model_assignment(std::function<weights::ModelDelta()> model, const Workload& workload) {
  return {{}, workload.blocks, {}, {}, std::nullopt, std::move(model)};
}

namespace {

/// Zeros where a rank did not evaluate: the sum over ranks is exact.
void exchange(const Evaluator& evaluator, ScoreTable& table) {
  evaluator.comm.liveness().enter(comm::Phase::exchange);
  if (evaluator.device != nullptr) {
    evaluator.device->all_reduce(table.buffer(), comm::ReduceOp::sum);
  } else {
    evaluator.comm.all_reduce(table.buffer(), comm::ReduceOp::sum);
  }
}

WaveScores evaluate_wave(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                         const ChunkScorer::Materialise& materialise, const ItemCallback& keep) {
  evaluator.comm.liveness().enter(evaluator.phase);
  const auto tasks = plan_wave(assignments, workload, tile_of(evaluator, assignments.size()));
  auto units = coalesce(tasks, assignments, joining_for(evaluator, workload, assignments.size()));
  const auto counter = comm::make_work_counter(evaluator.comm, static_cast<std::int64_t>(units.size()));
  WaveQueue queue(*counter, units, assignments, evaluator.comm.rank());
  PruningMonitor shortcut(evaluator.comm, assignments, workload.items.size());
  ChunkScorer scorer(evaluator, assignments, workload, materialise, keep);
  WaveScores wave;
  StopCause ending;
  comm::agree(evaluator.comm, [&] {
    WorkerPool workers(evaluator.options.threads,
                       [&](std::int64_t number) { scorer.score(units[static_cast<std::size_t>(number)]); });
    const bool given_up = Dispatcher(evaluator, units, queue, shortcut, scorer).run(workers);
    ending = stop_cause_of(workers, given_up);
  });
  wave.interrupted = given_up_anywhere(evaluator, ending);
  if (wave.interrupted) return wave;
  exchange(evaluator, scorer.table());
  for (std::size_t p = 0; p < assignments.size(); ++p) {
    wave.positions.push_back(read_scores(scorer.table(), p, assignments[p], workload.items.size()));
    wave.positions.back().counts = scorer.counts()[p];
    wave.counts += scorer.counts()[p];
  }
  return wave;
}

/// Position by position: each is materialised by all ranks before the first of its tasks is handed out.
WaveScores evaluate_together(const Evaluator& evaluator, std::span<const Assignment> assignments,
                             const Workload& workload, const ItemCallback& keep) {
  WaveScores wave;
  for (std::size_t p = 0; p < assignments.size() && !wave.interrupted; ++p) {
    evaluator.comm.liveness().enter(evaluator.phase);
    const bool summed = !assignments[p].model;
    const weights::ModelDelta delta = summed ? evaluator.materialise(assignments[p].position) : weights::ModelDelta{};
    const ItemCallback keep_here = [&](std::size_t, std::size_t item, ItemResult result) {
      keep(p, item, std::move(result));
    };
    WaveScores one = evaluate_wave(
        evaluator, assignments.subspan(p, 1), workload, [&](const swarm::Coordinates&) { return delta; },
        keep ? keep_here : ItemCallback());
    std::ranges::move(one.positions, std::back_inserter(wave.positions));
    wave.counts += one.counts;
    wave.interrupted = one.interrupted;
  }
  return wave;
}

}  // namespace

WaveScores evaluate(const Evaluator& evaluator, std::span<const Assignment> assignments, const Workload& workload,
                    const ItemCallback& keep) {
  if (evaluator.options.materialising == Materialising::together)
    return evaluate_together(evaluator, assignments, workload, keep);
  return evaluate_wave(evaluator, assignments, workload, evaluator.materialise, keep);
}

WaveScores evaluate(const Evaluator& evaluator, std::span<const swarm::Coordinates> positions, const Workload& workload,
                    const ItemCallback& keep) {
  std::vector<Assignment> assignments;
  for (const swarm::Coordinates& position : positions) assignments.push_back(complete_assignment(position, workload));
  return evaluate(evaluator, assignments, workload, keep);
}

}  // namespace shoal::evaluation
