#include "search/final_scores.hpp"

#include "search/search_loop.hpp"
#include "swarm/stopping.hpp"
#include "task/measures.hpp"
#include "task/statistics.hpp"

namespace shoal::search {
namespace {

io::TaskScore task_score(const task::Task& task, std::span<const double> scores, std::span<const double> parsed) {
  return {task::mean(scores), task::standard_error(scores), 1.0 - task::mean(parsed), scores.size(),
          task::measures(task.config().type, scores)};
}

io::SplitScore split_score(const Evaluator& evaluator, const task::Utility& utility, const Workload& workload,
                           const WaveScores& wave, std::size_t position) {
  const auto& [scores, was_parsed, cut] = wave.positions[position];
  const std::vector<double> parsed(was_parsed.begin(), was_parsed.end());
  const task::Estimate estimate = utility.estimate(scores);
  io::SplitScore split{estimate.value, estimate.standard_error, scores.size(), {}, scores};
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

std::vector<io::ResultRow> named_positions(std::span<const std::string> experts, const Winner& winner) {
  const std::size_t n = experts.size();
  std::vector<io::ResultRow> rows;
  for (std::size_t k = 0; k < n; ++k) {
    swarm::Coordinates position(n, 0.0);
    position[k] = 1.0;
    rows.push_back({experts[k], position, {}, {}, {}});
  }
  rows.push_back({"uniform_soup", swarm::Coordinates(n, 1.0 / static_cast<double>(n)), {}, {}, {}});
  rows.push_back({"swarm", winner.extreme.position, {}, {}, {}});
  return rows;
}

std::vector<Assignment> assignments_of(std::span<const io::ResultRow> rows, const Winner& winner,
                                       const Workload& workload) {
  std::vector<Assignment> assignments;
  for (const io::ResultRow& row : rows) assignments.push_back(complete_assignment(row.position, workload));
  // The winner is the last row; every rank holds its weights.
  if (!winner.weights.empty()) assignments.back().dense = DenseView{std::nullopt, winner.weights};
  return assignments;
}

Winner with_weights(Winner winner, const DensePositions* dense) {
  if (dense != nullptr) winner.weights = dense->collect(winner.extreme);
  return winner;
}

}  // namespace

task::Utility utility_of(const io::RunConfig& config, const Workload& workload) {
  std::vector<std::size_t> sizes(config.utility.tasks.size(), 0);
  for (const WorkItem& item : workload.items) ++sizes[item.task];
  std::vector<double> weights;
  for (const task::TaskConfig& task : config.utility.tasks) weights.push_back(task.weight);
  return {config.utility.combine, std::move(sizes), std::move(weights)};
}

std::optional<Winner> choose_winner(const Evaluator& evaluator, const swarm::SwarmState& state,
                                    const io::RunConfig& config, const Workload& validation,
                                    const DensePositions* dense) {
  if (validation.items.empty()) return with_weights({state.global_best, std::nullopt, 0}, dense);
  const std::vector<swarm::Extreme> finalists = swarm::finalists(state, config.swarm);
  std::vector<Assignment> assignments;
  for (const swarm::Extreme& finalist : finalists) {
    assignments.push_back(dense != nullptr ? complete_dense_assignment(dense->finalist(finalist), validation)
                                           : complete_assignment(finalist.position, validation));
  }
  const WaveScores wave = evaluate(evaluator, assignments, validation);
  if (wave.interrupted) return std::nullopt;
  std::vector<double> utilities;
  for (const auto& evaluation : to_evaluations(wave, utility_of(config, validation)))
    utilities.push_back(evaluation.utility);
  const std::size_t chosen = swarm::choose(utilities);
  return with_weights({finalists[chosen], utilities[chosen], finalists.size()}, dense);
}

std::optional<std::vector<io::ResultRow>> final_rows(const Evaluator& evaluator, const io::RunConfig& config,
                                                     std::span<const std::string> expert_names, const Winner& winner,
                                                     const Workload& dev, const Workload& test) {
  std::vector<io::ResultRow> rows = named_positions(expert_names, winner);
  rows.back().name = swarm::optimiser_names()[static_cast<std::size_t>(config.swarm.optimiser)];
  const WaveScores on_dev = evaluate(evaluator, assignments_of(rows, winner, dev), dev);
  if (on_dev.interrupted) return std::nullopt;
  const WaveScores on_test = evaluate(evaluator, assignments_of(rows, winner, test), test);
  if (on_test.interrupted) return std::nullopt;
  const task::Utility dev_utility = utility_of(config, dev);
  const task::Utility test_utility = utility_of(config, test);
  const std::size_t last = rows.size() - 1;
  for (std::size_t r = 0; r <= last; ++r) {
    rows[r].dev = split_score(evaluator, dev_utility, dev, on_dev, r);
    rows[r].test = split_score(evaluator, test_utility, test, on_test, r);
    if (r == last) continue;
    const task::Estimate d = test_utility.difference(on_test.positions[last].scores, on_test.positions[r].scores);
    rows[r].versus_best = io::Comparison{d.value, d.standard_error};
  }
  return rows;
}

}  // namespace shoal::search
