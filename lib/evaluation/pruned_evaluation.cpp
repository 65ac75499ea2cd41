#include "evaluation/pruned_evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluation/example_order.hpp"

namespace shoal::evaluation {
namespace {

class PrunedEvaluation {
 public:
  PrunedEvaluation(const PruningSetup& setup, const swarm::SwarmState& before, const swarm::Proposal& proposal)
      : setup_(setup), before_(before), proposal_(proposal), kinds_(kinds_of(setup.workload)) {}

  std::optional<std::vector<swarm::Evaluation>> run() {
    if (!score_until_out_of_reach()) return std::nullopt;
    if (setup_.settings.worst_window > 0 && !settle_lowest()) return std::nullopt;
    std::vector<swarm::Evaluation> evaluations;
    for (const Candidate& candidate : candidates_) evaluations.push_back(evaluation_of(candidate));
    return evaluations;
  }

 private:
  struct Candidate {
    std::size_t particle;
    swarm::Coordinates position;
    std::vector<double> expected;
    std::vector<double> scores;  // NaN where unknown
    bool pruned = false;
  };

  bool score_until_out_of_reach() {
    std::vector<Assignment> assignments;
    for (const int id : proposal_.to_evaluate()) {
      const auto particle = static_cast<std::size_t>(id);
      const swarm::Particle& p = proposal_.particles[particle];
      candidates_.push_back({particle, p.position, expected_scores(before_, particle), {}});
      assignments.push_back(first_assignment(p, candidates_.back().expected));
    }
    std::vector<Candidate*> all;
    for (Candidate& candidate : candidates_) all.push_back(&candidate);
    return score(all, std::move(assignments));
  }

  Assignment first_assignment(const swarm::Particle& p, const std::vector<double>& expected) const {
    if (expected.empty()) return complete_assignment(p.position, setup_.workload);  // never had a finite utility
    // With paired promotion a personal best may lie above g, and then whoever exceeds g is tested.
    const DecisionBounds stakes{std::min(p.best_utility, before_.global_best.utility), before_.global_worst.utility};
    const auto enough = [this, stakes](std::span<const double> scores) {
      return stakes.out_of_reach(setup_.utility.bounds(scores));
    };
    return {p.position, blocks_by_importance(expected, kinds_, setup_.utility, stakes, setup_.block_size), {}, enough};
  }

  // First the likeliest is scored completely; then every other goes on until it is certain to lie above the lowest
  // complete one, or is complete itself.
  bool settle_lowest() {
    const auto likeliest = std::ranges::min_element(candidates_, {}, [&](const Candidate& c) { return estimate(c); });
    if (likeliest == candidates_.end()) return true;
    if (likeliest->pruned && !go_on({&*likeliest}, {})) return false;
    const double lowest = lowest_complete();
    std::vector<Candidate*> open;
    for (Candidate& candidate : candidates_) {
      if (candidate.pruned && !(setup_.utility.bounds(candidate.scores).lower > lowest)) open.push_back(&candidate);
    }
    return open.empty() || go_on(open, [this, lowest](std::span<const double> scores) {
             return setup_.utility.bounds(scores).lower > lowest;
           });
  }

  bool go_on(const std::vector<Candidate*>& chosen, const std::function<bool(std::span<const double>)>& enough) {
    std::vector<Assignment> assignments;
    for (const Candidate* candidate : chosen) {
      assignments.push_back({candidate->position,
                             easiest_unknown(candidate->expected, candidate->scores, setup_.block_size),
                             candidate->scores, enough});
    }
    return score(chosen, std::move(assignments));
  }

  std::vector<Assignment> located(const std::vector<Candidate*>& chosen, std::vector<Assignment> assignments) const {
    if (setup_.dense == nullptr) return assignments;
    for (std::size_t c = 0; c < chosen.size(); ++c) {
      assignments[c].dense = setup_.dense->position(static_cast<int>(chosen[c]->particle));
    }
    return assignments;
  }

  bool score(const std::vector<Candidate*>& chosen, std::vector<Assignment> assignments) const {
    WaveScores wave = evaluate(setup_.evaluator, located(chosen, std::move(assignments)), setup_.workload);
    if (wave.interrupted) return false;
    for (std::size_t c = 0; c < chosen.size(); ++c) {
      chosen[c]->scores = std::move(wave.positions[c].scores);
      chosen[c]->pruned = wave.positions[c].cut;
    }
    return true;
  }

  /// The utility if what is unknown comes out as expected.
  double estimate(const Candidate& candidate) const {
    if (!candidate.pruned) return finite_or_infinity(setup_.utility.value(candidate.scores));
    std::vector<double> scores = candidate.scores;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (std::isnan(scores[i])) scores[i] = candidate.expected[i];
    }
    return setup_.utility.value(scores);
  }

  double lowest_complete() const {
    double lowest = std::numeric_limits<double>::infinity();
    for (const Candidate& candidate : candidates_) {
      if (!candidate.pruned) lowest = std::min(lowest, finite_or_infinity(setup_.utility.value(candidate.scores)));
    }
    return lowest;
  }

  static double finite_or_infinity(double value) {
    return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  }

  swarm::Evaluation evaluation_of(const Candidate& candidate) const {
    if (!candidate.pruned) return {setup_.utility.value(candidate.scores), candidate.scores, std::nullopt};
    const task::Bounds bounds = setup_.utility.bounds(candidate.scores);
    return {bounds.upper, candidate.scores, swarm::Interval{bounds.lower, bounds.upper}};
  }

  const PruningSetup& setup_;
  const swarm::SwarmState& before_;
  const swarm::Proposal& proposal_;
  ItemKinds kinds_;
  std::vector<Candidate> candidates_;
};

}  // namespace

std::optional<std::vector<swarm::Evaluation>> evaluate_pruned(const PruningSetup& setup,
                                                              const swarm::SwarmState& before,
                                                              const swarm::Proposal& proposal) {
  return PrunedEvaluation(setup, before, proposal).run();
}

}  // namespace shoal::evaluation
