#include "search/search_loop.hpp"

#include "base/clock.hpp"
#include "base/error.hpp"
#include "comm/agree.hpp"
#include "evaluation/asynchronous/asynchronous_schedule.hpp"
#include "evaluation/evaluations.hpp"
#include "evaluation/pruned_evaluation.hpp"
#include "swarm/stopping.hpp"

namespace shoal::search {
namespace {

class SearchLoop {
 public:
  explicit SearchLoop(const SearchSetup& setup)
      : setup_(setup),
        settings_(setup.config.swarm),
        paired_([&setup](const swarm::Evaluation& candidate, const swarm::Evaluation& incumbent) {
          const task::Estimate d = setup.utility.difference(candidate.scores, incumbent.scores);
          return swarm::PairedDifference{d.value, d.standard_error};
        }) {}

  SearchOutcome run(std::optional<checkpoint::Checkpoint> checkpoint) {
    if (checkpoint) {
      outcome_.state = std::move(checkpoint->state);
      outcome_.seconds = checkpoint->search_seconds;
      checkpointed_ = outcome_.state.iteration;
    } else if (!begin()) {
      return interrupted();
    }
    while (true) {
      if (auto reason = reason_to_stop(outcome_.state, setup_.config)) return stopped(std::move(*reason));
      if (comm::any(setup_.evaluator.comm, setup_.evaluator.interrupted())) return interrupted();
      const swarm::Proposal proposal = swarm::propose(outcome_.state, settings_);
      if (over_budget(proposal.to_evaluate().size())) return stopped("budget");
      const bool done = is_asynchronous() ? iterate_one_by_one(proposal) : iterate(proposal);
      if (!done) return interrupted();
    }
  }

 private:
  bool is_asynchronous() const { return settings_.schedule == swarm::Schedule::asynchronous; }

  bool over_budget(std::size_t further_evaluations) const {
    const auto& budget = setup_.config.stop.budget_evaluations;
    return budget && outcome_.state.evaluations + static_cast<std::int64_t>(further_evaluations) > *budget;
  }

  /// Evaluations of the particles of a later iteration, pruned where that changes no decision; empty: given up.
  std::optional<std::vector<swarm::Evaluation>> evaluate_iteration(const swarm::Proposal& proposal) const {
    const bool exact = !swarm::needs_bests_only(settings_.optimiser);
    if (exact || !setup_.config.evaluation.prune) return evaluate_proposal(proposal);
    const std::size_t block = setup_.config.evaluation.block.value_or(evaluation::default_chunk());
    const evaluation::PruningSetup pruning{setup_.evaluator, setup_.workload, setup_.utility,
                                           settings_,        block,           setup_.dense};
    return evaluation::evaluate_pruned(pruning, outcome_.state, proposal);
  }

  /// Complete evaluations of the particles that a proposal wants evaluated; empty optional: given up.
  std::optional<std::vector<swarm::Evaluation>> evaluate_proposal(const swarm::Proposal& proposal) const {
    std::vector<evaluation::Assignment> assignments;
    for (const int id : proposal.to_evaluate()) assignments.push_back(assignment_of(proposal, id));
    if (assignments.empty()) return std::vector<swarm::Evaluation>{};
    const evaluation::WaveScores wave = evaluation::evaluate(setup_.evaluator, assignments, setup_.workload);
    if (wave.interrupted) return std::nullopt;
    return evaluation::to_evaluations(wave, setup_.utility);
  }

  evaluation::Assignment assignment_of(const swarm::Proposal& proposal, int id) const {
    if (setup_.dense != nullptr)
      return evaluation::complete_dense_assignment(setup_.dense->position(id), setup_.workload);
    return evaluation::complete_assignment(proposal.particles[static_cast<std::size_t>(id)].position, setup_.workload);
  }

  bool begin() {
    const int experts = static_cast<int>(setup_.config.experts.size());
    const Stopwatch watch;
    swarm::Proposal proposal = swarm::start(settings_, experts, setup_.config.seed, setup_.warm_start);
    if (over_budget(proposal.to_evaluate().size())) {
      fail(ExitCode::usage, "stop.budget_evaluations is {} and the swarm has {} particles to begin with. Raise it.",
           *setup_.config.stop.budget_evaluations, settings_.particles);
    }
    locally([&](evaluation::DensePositions& dense) { dense.start(proposal); });
    const auto evaluations = evaluate_proposal(proposal);
    if (!evaluations) return false;
    liveness().enter(comm::Phase::update);
    take(swarm::begin(proposal, settings_, experts, setup_.config.seed, *evaluations), proposal, *evaluations, watch);
    return true;
  }

  bool iterate(const swarm::Proposal& proposal) {
    const Stopwatch watch;
    locally([&](evaluation::DensePositions& dense) { dense.move(proposal, setup_.config.seed); });
    if (due_) checkpoint();
    const auto evaluations = evaluate_iteration(proposal);
    if (!evaluations) return false;
    liveness().enter(comm::Phase::update);
    take(swarm::advance(outcome_.state, proposal, settings_, *evaluations, paired_), proposal, *evaluations, watch);
    return true;
  }

  bool iterate_one_by_one(const swarm::Proposal& proposal) {
    const Stopwatch watch;
    if (!one_by_one_) {
      one_by_one_.emplace(evaluation::AsynchronousSetup{setup_.evaluator, setup_.workload, setup_.utility, settings_,
                                                        paired_, setup_.event_order});
    }
    const bool another = proposal.iteration < settings_.max_iteration && !over_budget(2 * proposal.particles.size());
    auto iteration = one_by_one_->iterate(outcome_.state, proposal, another);
    if (!iteration) return false;
    liveness().enter(comm::Phase::update);
    take(std::move(iteration->step), proposal, iteration->evaluations, watch);
    return true;
  }

  /// Work on this rank's weight vectors, if there are any; it succeeds on all ranks or on none.
  void locally(const std::function<void(evaluation::DensePositions&)>& work) const {
    if (setup_.dense == nullptr) return;
    comm::agree(setup_.evaluator.comm, [&] { work(*setup_.dense); });
  }

  void take(swarm::Step step, const swarm::Proposal& proposal, const std::vector<swarm::Evaluation>& evaluations,
            const Stopwatch& watch) {
    outcome_.state = std::move(step.state);
    liveness().enter(comm::Phase::checkpoint);
    if (setup_.dense != nullptr) {
      setup_.recorder.flush();  // what it writes from changes now
      setup_.dense->follow(outcome_.state);
      setup_.dense->describe(step.record);
    }
    setup_.recorder.record(step.record, proposal.to_evaluate(), evaluations, watch.seconds());
    outcome_.seconds += watch.seconds();
    report_stragglers();
    due_ = outcome_.state.iteration % setup_.config.output.checkpoint_every == 0;
    // Weight vectors are written after they have moved, when they stay for as long as the evaluation takes.
    if (due_ && setup_.dense == nullptr) checkpoint();
  }

  comm::Liveness& liveness() const { return setup_.evaluator.comm.liveness(); }

  void report_stragglers() const {
    if (setup_.evaluator.pace == nullptr) return;
    for (const std::string& text : setup_.evaluator.pace->report(setup_.evaluator.comm)) setup_.recorder.warn(text);
  }

  void checkpoint() {
    liveness().enter(comm::Phase::checkpoint);
    setup_.recorder.checkpoint(outcome_.state, outcome_.seconds,
                               setup_.dense == nullptr ? nullptr : &setup_.dense->swarm());
    checkpointed_ = outcome_.state.iteration;
    due_ = false;
  }

  SearchOutcome stopped(std::string reason) {
    one_by_one_.reset();
    outcome_.stop_reason = std::move(reason);
    const bool anything_done = !outcome_.state.particles.empty();
    if (anything_done && checkpointed_ != outcome_.state.iteration) checkpoint();
    setup_.recorder.flush();
    return std::move(outcome_);
  }

  SearchOutcome interrupted() { return stopped("interrupted"); }

  const SearchSetup& setup_;
  const swarm::Settings& settings_;
  const swarm::PairedTest paired_;
  std::optional<evaluation::AsynchronousSchedule>
      one_by_one_;  // with what is under way in it; asynchronous searches only
  SearchOutcome outcome_;
  int checkpointed_ = -1;
  bool due_ = false;  // a checkpoint of the last iteration
};

}  // namespace

SearchOutcome run_search(const SearchSetup& setup, std::optional<checkpoint::Checkpoint> checkpoint) {
  return SearchLoop(setup).run(std::move(checkpoint));
}

std::optional<std::string> reason_to_stop(const swarm::SwarmState& state, const config::RunConfig& config) {
  if (const auto reason = swarm::stop_reason(state, config.swarm)) {
    return *reason == swarm::StopReason::patience ? "patience" : "max_iteration";
  }
  if (config.stop.target && state.global_best.utility >= *config.stop.target) return "target";
  return std::nullopt;
}

}  // namespace shoal::search
