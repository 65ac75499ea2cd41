#include "swarm/bests.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace shoal::swarm {
namespace {

Incumbent extreme_of(const Evaluated& e, int iteration) {
  return {e.id, iteration, e.evaluation->utility, e.particle->position, *e.evaluation};
}

/// As the worst: its scores are never looked at again.
Incumbent without_scores(const Evaluated& e, int iteration) {
  return {e.id, iteration, e.evaluation->utility, e.particle->position, {}};
}

/// One more iteration or evaluation without improvement.
void grow_older(Particle& particle) {
  if (particle.cool_down > 0) {
    --particle.cool_down;
  } else {
    ++particle.age;
  }
}

bool passes(const PromotionTest& test, double z) { return test.difference > z * test.standard_error; }

/// The lowest finite utility of this iteration; among equals the first, or in the published code's way the last.
std::optional<Incumbent> lowest(const std::vector<Evaluated>& evaluated, int iteration, bool last_of_equals) {
  const Evaluated* worst = nullptr;
  for (const Evaluated& e : evaluated) {
    const double utility = e.evaluation->utility;
    if (!std::isfinite(utility) || e.evaluation->bounds) continue;  // pruned: certainly not the lowest
    const bool lower = worst == nullptr || utility < worst->evaluation->utility;
    if (lower || (last_of_equals && utility == worst->evaluation->utility)) worst = &e;
  }
  if (worst == nullptr) return std::nullopt;
  return without_scores(*worst, iteration);
}

void update_all_time_worst(SwarmState& state, const std::vector<Evaluated>& evaluated, const Settings& settings) {
  const bool first = state.iteration == 0;
  // Published code: the first of equal minima at iteration 0, later the last; still only below the worst so far.
  const bool last_of_equals = settings.rules == Rules::published_code && !first;
  const auto candidate = lowest(evaluated, state.iteration, last_of_equals);
  if (candidate && (first || candidate->utility < state.global_worst.utility)) state.global_worst = *candidate;
}

/// An iteration without any finite utility still takes a place in the window.
Incumbent nothing_finite(int iteration) { return {0, iteration, std::numeric_limits<double>::infinity(), {}, {}}; }

void update_windowed_worst(SwarmState& state, const std::vector<Evaluated>& evaluated, const Settings& settings) {
  auto& window = state.worst_by_iteration;
  Incumbent found = lowest(evaluated, state.iteration, false).value_or(nothing_finite(state.iteration));
  const bool begun = !window.empty() && window.back().iteration == state.iteration;  // by evaluations taken before
  if (!begun) {
    window.push_back(std::move(found));
  } else if (found.utility < window.back().utility) {
    window.back() = std::move(found);
  }
  if (window.size() > static_cast<std::size_t>(settings.worst_window)) window.erase(window.begin());
  // Ties go to the newest iteration: the last of equal minima.
  const Incumbent* worst = &window.front();
  for (const Incumbent& extreme : window) {
    if (extreme.utility <= worst->utility) worst = &extreme;
  }
  if (std::isfinite(worst->utility)) state.global_worst = *worst;
}

}  // namespace

void update_personal_best(Particle& particle, const Evaluation& evaluation, int iteration) {
  particle.utility = evaluation.utility;
  particle.stale = false;
  particle.invalid = !std::isfinite(evaluation.utility);
  if (!particle.invalid && evaluation.utility > particle.best_utility) {
    particle.best_position = particle.position;
    particle.best_utility = evaluation.utility;
    particle.best_iteration = iteration;
    particle.best = evaluation;
    particle.age = 0;
    particle.cool_down = 0;
  } else {
    grow_older(particle);
  }
}

void update_skipped(Particle& particle, const Settings& settings) {
  particle.stale = true;
  // A cool-down lasts for a number of iterations, evaluated or not; age counts evaluations.
  if (particle.cool_down > 0) {
    --particle.cool_down;
  } else if (settings.count_skipped) {
    ++particle.age;
  }
}

std::vector<PromotionTest> update_global_best(Incumbent& global_best, std::vector<Evaluated> evaluated, int iteration,
                                              const Settings& settings, const PairedTest& paired_test) {
  std::erase_if(evaluated, [&](const Evaluated& e) {
    return !std::isfinite(e.evaluation->utility) || !(e.evaluation->utility > global_best.utility);
  });
  std::ranges::stable_sort(evaluated, std::ranges::greater{}, [](const Evaluated& e) { return e.evaluation->utility; });
  std::vector<PromotionTest> tests;
  for (const Evaluated& candidate : evaluated) {
    if (settings.promotion == Promotion::utility) {
      global_best = extreme_of(candidate, iteration);
      break;
    }
    const PairedDifference paired = paired_test(*candidate.evaluation, global_best.evaluation);
    tests.push_back({candidate.id, paired.difference, paired.standard_error, false});
    tests.back().promoted = passes(tests.back(), settings.promotion_z);
    if (!tests.back().promoted) continue;
    global_best = extreme_of(candidate, iteration);
    break;
  }
  return tests;
}

void update_global_worst(SwarmState& state, const std::vector<Evaluated>& evaluated, const Settings& settings) {
  if (settings.worst_window == 0) {
    update_all_time_worst(state, evaluated, settings);
  } else {
    update_windowed_worst(state, evaluated, settings);
  }
}

}  // namespace shoal::swarm
