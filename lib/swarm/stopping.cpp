#include "swarm/stopping.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace shoal::swarm {
namespace {

/// Evaluated iterations at the end of g's history over which it has kept its value.
int unchanged(const std::vector<double>& history) {
  int count = 0;
  for (std::size_t i = history.size(); i > 1 && history[i - 1] == history[i - 2]; --i) ++count;
  return count;
}

bool out_of_patience(const SwarmState& state, const Settings& settings) {
  const auto& history = state.best_history;
  if (settings.rules == Rules::shoal) return unchanged(history) >= settings.patience;
  // Published code: more than `patience` entries and the last `patience` of them equal.
  return history.size() > static_cast<std::size_t>(settings.patience) && unchanged(history) >= settings.patience - 1;
}

}  // namespace

std::optional<StopReason> stop_reason(const SwarmState& state, const Settings& settings) {
  if (state.iteration >= settings.max_iteration) return StopReason::max_iteration;
  if (out_of_patience(state, settings)) return StopReason::patience;
  return std::nullopt;
}

std::vector<Incumbent> best_personal_bests(const SwarmState& state, int count) {
  std::vector<Incumbent> bests;
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    const Particle& p = state.particles[i];
    if (!std::isfinite(p.best_utility)) continue;
    bests.push_back({static_cast<int>(i), p.best_iteration, p.best_utility, p.best_position, p.best});
  }
  std::ranges::stable_sort(bests, std::ranges::greater{}, &Incumbent::utility);
  bests.resize(std::min(bests.size(), static_cast<std::size_t>(count)));
  return bests;
}

std::vector<Incumbent> finalists(const SwarmState& state, const Settings& settings) {
  std::vector<Incumbent> bests = best_personal_bests(state, settings.top_k);
  std::vector<Incumbent> chosen{state.global_best};
  for (Incumbent& best : bests) {
    // Dense positions have no coordinates here: one and the same position was reached by one particle at one time.
    const auto same = [&](const Incumbent& other) {
      if (!best.position.empty()) return other.position == best.position;
      return other.particle == best.particle && other.iteration == best.iteration;
    };
    if (std::ranges::none_of(chosen, same)) chosen.push_back(std::move(best));
  }
  return chosen;
}

std::size_t choose(std::span<const double> validation_utilities) {
  const auto& u = validation_utilities;
  expect(!u.empty(), "there is no finalist to choose from.");
  std::size_t best = 0;
  for (std::size_t i = 1; i < u.size(); ++i) {
    if (std::isfinite(u[i]) && !(std::isfinite(u[best]) && u[i] <= u[best])) best = i;
  }
  return best;
}

}  // namespace shoal::swarm
