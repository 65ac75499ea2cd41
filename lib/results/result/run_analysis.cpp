#include "results/result/run_analysis.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "results/history/examples_store.hpp"
#include "results/history/history_reader.hpp"

namespace shoal::results {
namespace {

bool answered(double score) { return score >= 0.5; }

/// Which search examples no expert has answered at iteration 0; experts are the particles 0 … n - 1.
std::vector<bool> unsolved_at_start(const ExamplesStore& store, std::size_t experts) {
  std::vector<bool> unsolved;
  for (std::size_t row = 0; row < store.rows() && store.iteration(row) == 0; ++row) {
    if (store.particle(row) >= static_cast<int>(experts)) continue;
    const auto scores = store.scores(row);
    unsolved.resize(scores.size(), true);
    for (std::size_t e = 0; e < scores.size(); ++e) unsolved[e] = unsolved[e] && !answered(scores[e]);
  }
  return unsolved;
}

/// Particles 0 … n - 1 are the experts at iteration 0, unless the search had a warm start. Dense positions have none.
bool begins_at_experts(const HistoryLine& first, std::size_t experts) {
  for (std::size_t i = 0; i < experts; ++i) {
    const auto& position = first.particles[i].position;
    for (std::size_t k = 0; k < position.size(); ++k) {
      if (position[k] != (k % experts == i ? 1.0 : 0.0)) return false;
    }
  }
  return true;
}

double share(const std::vector<bool>& unsolved, const std::vector<bool>& solved) {
  std::size_t both = 0;
  for (std::size_t e = 0; e < unsolved.size(); ++e) both += unsolved[e] && solved[e] ? 1U : 0U;
  return static_cast<double>(both) / static_cast<double>(std::ranges::count(unsolved, true));
}

/// The search seen through examples.h5, iteration by iteration.
class Course {
 public:
  Course(const ExamplesStore& store, std::vector<bool> unsolved)
      : store_(store), unsolved_(std::move(unsolved)), by_any_(unsolved_.size(), false) {
    for (std::size_t row = 0; row < store.rows(); ++row) {
      row_of_[{store.iteration(row), store.particle(row)}] = row;
    }
  }

  IterationAnalysis next(const HistoryLine& iteration) {
    for (; row_ < store_.rows() && store_.iteration(row_) <= iteration.iteration; ++row_) add(row_, by_any_);
    std::vector<bool> by_best(unsolved_.size(), false);
    const auto best = row_of_.find({iteration.global_best.iteration, iteration.global_best.particle});
    if (best != row_of_.end()) add(best->second, by_best);
    std::vector<std::vector<double>> positions;
    for (const auto& particle : iteration.particles) positions.push_back(particle.position);
    const double diversity = positions.front().empty() ? std::nan("") : mean_pairwise_distance(positions);
    return {share(unsolved_, by_best), share(unsolved_, by_any_), diversity};
  }

 private:
  void add(std::size_t row, std::vector<bool>& solved) const {
    const auto scores = store_.scores(row);
    for (std::size_t e = 0; e < solved.size(); ++e) solved[e] = solved[e] || answered(scores[e]);
  }

  const ExamplesStore& store_;
  std::map<std::pair<int, int>, std::size_t> row_of_;
  std::vector<bool> unsolved_;
  std::vector<bool> by_any_;
  std::size_t row_ = 0;
};

Emergence split_emergence(const RunResult& result, SplitScore ResultRow::*split) {
  std::vector<std::vector<double>> experts;
  std::size_t best_single = 0;
  for (const ResultRow& row : result.experts) {
    if (row.name == result.best_single) best_single = experts.size();
    experts.push_back((row.*split).scores);
  }
  return emergence(experts, best_single, (result.best.*split).scores);
}

}  // namespace

Analysis analyse(const std::filesystem::path& folder, const RunResult& result) {
  const HistoryRecord history = read_history(folder / "history.jsonl");
  Analysis analysis;
  analysis.dev = split_emergence(result, &ResultRow::dev);
  analysis.test = split_emergence(result, &ResultRow::test);
  std::vector<double> start;
  for (const auto& particle : history.iterations.front().particles) start.push_back(particle.utility);
  analysis.particles = start.size();
  analysis.rank_at_start = rank_of(start, static_cast<std::size_t>(result.best_particle));
  ExamplesStore store(folder / "examples.h5");
  if (!store.load(history.iterations.back().iteration) || store.rows() == 0) return analysis;
  const std::size_t experts = result.experts.size();
  const bool known = begins_at_experts(history.iterations.front(), experts);
  Course course(store, known ? unsolved_at_start(store, experts) : std::vector<bool>());
  for (const HistoryLine& iteration : history.iterations) analysis.iterations.push_back(course.next(iteration));
  return analysis;
}

}  // namespace shoal::results
