#include "search/final_scores.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/statistics.hpp"
#include "baselines/baselines.hpp"
#include "evaluation/evaluations.hpp"
#include "evaluation/vote/majority_vote.hpp"
#include "swarm/stopping.hpp"
#include "task/measures.hpp"

namespace shoal::search {
namespace {

results::TaskScore task_score(const task::Task& task, std::span<const double> scores, std::span<const double> parsed) {
  return {mean(scores), standard_error(scores), 1.0 - mean(parsed), scores.size(),
          task::measures(task.config().type, scores)};
}

results::SplitScore split_score(const evaluation::Evaluator& evaluator, const task::Utility& utility,
                                const evaluation::Workload& workload, const evaluation::PositionScores& position) {
  const std::vector<double>& scores = position.scores;
  const std::vector<double> parsed(position.parsed.begin(), position.parsed.end());
  const task::Estimate estimate = utility.estimate(scores);
  results::SplitScore split{estimate.value, estimate.standard_error, scores.size(), {}, scores};
  for (std::size_t begin = 0; begin < scores.size();) {
    const std::size_t task = workload.items[begin].task;
    std::size_t end = begin;
    while (end < scores.size() && workload.items[end].task == task) ++end;
    split.tasks[evaluator.tasks[task].name()] =
        task_score(evaluator.tasks[task], std::span(scores).subspan(begin, end - begin),
                   std::span(parsed).subspan(begin, end - begin));
    begin = end;
  }
  return split;
}

Winner with_weights(Winner winner, const evaluation::DensePositions* dense) {
  if (dense != nullptr) winner.weights = dense->collect(winner.extreme);
  return winner;
}

}  // namespace

std::optional<Winner> choose_winner(const evaluation::Evaluator& evaluator, const swarm::SwarmState& state,
                                    const config::RunConfig& config, const evaluation::Workload& validation,
                                    const evaluation::DensePositions* dense) {
  if (validation.items.empty()) return with_weights({state.global_best, std::nullopt, 0}, dense);
  const std::vector<swarm::Incumbent> finalists = swarm::finalists(state, config.swarm);
  std::vector<evaluation::Assignment> assignments;
  for (const swarm::Incumbent& finalist : finalists) {
    assignments.push_back(dense != nullptr
                              ? evaluation::complete_dense_assignment(dense->finalist(finalist), validation)
                              : evaluation::complete_assignment(finalist.position, validation));
  }
  const evaluation::WaveScores wave = evaluation::evaluate(evaluator, assignments, validation);
  if (wave.interrupted) return std::nullopt;
  std::vector<double> utilities;
  for (const auto& evaluation : evaluation::to_evaluations(wave, inputs::utility_of(config, validation)))
    utilities.push_back(evaluation.utility);
  const std::size_t chosen = swarm::choose(utilities);
  return with_weights({finalists[chosen], utilities[chosen], finalists.size()}, dense);
}

namespace {

/// The places of the contenders: experts, uniform soup, swarm, baselines.
std::vector<baselines::Contender> named_contenders(std::span<const std::string> experts,
                                                   const config::RunConfig& config, const Winner& winner) {
  const std::size_t n = experts.size();
  std::vector<baselines::Contender> contenders;
  for (std::size_t k = 0; k < n; ++k) {
    contenders.push_back(
        {.name = experts[k], .position = swarm::expert_position(static_cast<int>(k), static_cast<int>(n))});
  }
  contenders.push_back({.name = "uniform_soup", .position = swarm::Coordinates(n, 1.0 / static_cast<double>(n))});
  contenders.push_back(
      {.name = swarm::optimiser_names().of(config.swarm.optimiser), .position = winner.extreme.position});
  if (!winner.weights.empty()) contenders.back().dense = evaluation::DenseView{std::nullopt, winner.weights};
  return contenders;
}

std::vector<std::size_t> first_places(std::size_t count) {
  std::vector<std::size_t> places(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

/// What one row scores.
struct BothSplits {
  evaluation::PositionScores dev;
  evaluation::PositionScores test;
};

class FinalScorer {
 public:
  explicit FinalScorer(const FinalSetup& setup)
      : setup_(setup),
        experts_(setup.expert_names.size()),
        contenders_(named_contenders(setup.expert_names, setup.config, setup.winner)),
        dev_utility_(inputs::utility_of(setup.config, setup.workloads.dev)),
        test_utility_(inputs::utility_of(setup.config, setup.workloads.test)) {}

  std::optional<FinalTable> run() {
    auto baselines = baselines::baseline_models({setup_.config, setup_.evaluator, setup_.workloads.search,
                                                 setup_.workloads.validation, setup_.state.evaluations,
                                                 setup_.config.output.run_dir / "baselines"});
    if (!baselines) return std::nullopt;
    std::ranges::move(*baselines, std::back_inserter(contenders_));
    if (!score_contenders()) return std::nullopt;
    const bool together = baselines::has_baseline(setup_.config, "ensemble") && setup_.config.swarm.top_k > 0;
    std::optional<BothSplits> ensemble;
    if (together && !(ensemble = score_ensemble())) return std::nullopt;
    return table(ensemble);
  }

 private:
  /// Answers are asked for only where the experts vote: they may take longer than scores.
  std::optional<evaluation::MajorityVote> score(std::span<const evaluation::Assignment> assignments,
                                                const evaluation::Workload& workload) const {
    if (baselines::has_baseline(setup_.config, "prediction_merge"))
      return evaluation::take_vote(setup_.evaluator, assignments, workload);
    evaluation::WaveScores wave = evaluation::evaluate(setup_.evaluator, assignments, workload);
    if (wave.interrupted) return std::nullopt;
    return evaluation::MajorityVote{std::move(wave), evaluation::AnswerTable(0, 0)};
  }

  bool score_contenders() {
    const auto assignments = [&](const evaluation::Workload& workload) {
      std::vector<evaluation::Assignment> all;
      for (const baselines::Contender& contender : contenders_)
        all.push_back(baselines::assignment_of(contender, workload));
      return all;
    };
    dev_ = score(assignments(setup_.workloads.dev), setup_.workloads.dev);
    if (!dev_) return false;
    test_ = score(assignments(setup_.workloads.test), setup_.workloads.test);
    evaluations_ += static_cast<std::int64_t>(experts_ + 2 + baselines::cost_of_baselines(setup_.config).rows);
    return test_.has_value();
  }

  /// The personal bests vote; ties go by their utilities in the search.
  std::optional<BothSplits> score_ensemble() {
    const auto members = swarm::best_personal_bests(setup_.state, setup_.config.swarm.top_k);
    std::vector<double> utilities;
    for (const swarm::Incumbent& member : members) utilities.push_back(member.utility);
    const auto assignments = [&](const evaluation::Workload& workload) {
      std::vector<evaluation::Assignment> all;
      for (const swarm::Incumbent& member : members) all.push_back(assignment_for(member, workload));
      return all;
    };
    const auto dev = evaluation::take_vote(setup_.evaluator, assignments(setup_.workloads.dev), setup_.workloads.dev);
    if (!dev) return std::nullopt;
    const auto test =
        evaluation::take_vote(setup_.evaluator, assignments(setup_.workloads.test), setup_.workloads.test);
    if (!test) return std::nullopt;
    evaluations_ += static_cast<std::int64_t>(members.size());
    const auto voters = first_places(members.size());
    return BothSplits{dev->vote(voters, utilities), test->vote(voters, utilities)};
  }

  evaluation::Assignment assignment_for(const swarm::Incumbent& member, const evaluation::Workload& workload) const {
    return setup_.dense != nullptr ? evaluation::complete_dense_assignment(setup_.dense->finalist(member), workload)
                                   : evaluation::complete_assignment(member.position, workload);
  }

  /// The experts vote; ties go by their dev utilities.
  BothSplits prediction_merge() const {
    std::vector<double> utilities;
    for (std::size_t k = 0; k < experts_; ++k) utilities.push_back(dev_utility_.value(dev_->wave.positions[k].scores));
    const auto voters = first_places(experts_);
    return {dev_->vote(voters, utilities), test_->vote(voters, utilities)};
  }

  BothSplits scores_of(std::size_t contender) const {
    return {dev_->wave.positions[contender], test_->wave.positions[contender]};
  }

  results::ResultRow row(const baselines::Contender& contender, const BothSplits& scores) const {
    results::ResultRow row{contender.name, contender.position, {}, {}, {}, contender.evaluations, contender.seconds};
    row.dev = split_score(setup_.evaluator, dev_utility_, setup_.workloads.dev, scores.dev);
    row.test = split_score(setup_.evaluator, test_utility_, setup_.workloads.test, scores.test);
    if (&contender == &contenders_[experts_ + 1]) return row;
    const task::Estimate d = test_utility_.difference(swarm_scores(), scores.test.scores);
    row.versus_best = results::Comparison{d.value, d.standard_error};
    return row;
  }

  const std::vector<double>& swarm_scores() const { return test_->wave.positions[experts_ + 1].scores; }

  /// In the order of the configuration.
  std::vector<results::ResultRow> baseline_rows() const {
    std::vector<results::ResultRow> rows{row(contenders_[experts_], scores_of(experts_))};
    std::size_t place = experts_ + 2;
    for (const config::BaselineConfig& baseline : setup_.config.baselines) {
      if (baseline.name == "ensemble") continue;
      if (baseline.name == "prediction_merge") {
        rows.push_back(row({.name = baseline.name}, prediction_merge()));
      } else {
        rows.push_back(row(contenders_[place], scores_of(place)));
        ++place;
      }
    }
    return rows;
  }

  FinalTable table(const std::optional<BothSplits>& ensemble) const {
    FinalTable table;
    for (std::size_t k = 0; k < experts_; ++k) table.experts.push_back(row(contenders_[k], scores_of(k)));
    table.baselines = baseline_rows();
    if (ensemble) table.ensemble = row({.name = "ensemble"}, *ensemble);
    table.best = row(contenders_[experts_ + 1], scores_of(experts_ + 1));
    table.evaluations = evaluations_;
    for (const baselines::Contender& contender : contenders_) table.baseline_evaluations += contender.evaluations;
    return table;
  }

  const FinalSetup& setup_;
  std::size_t experts_;
  std::vector<baselines::Contender> contenders_;
  task::Utility dev_utility_;
  task::Utility test_utility_;
  std::optional<evaluation::MajorityVote> dev_;
  std::optional<evaluation::MajorityVote> test_;
  std::int64_t evaluations_ = 0;
};

}  // namespace

std::optional<FinalTable> final_table(const FinalSetup& setup) { return FinalScorer(setup).run(); }

}  // namespace shoal::search
