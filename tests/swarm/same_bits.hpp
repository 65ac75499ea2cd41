#pragma once

#include <cstdint>
#include <cstring>

#include "swarm/proposal.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm::testing {

// Equality bit for bit: NaN equals itself, 0 and -0 differ.

inline bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

inline bool same_bits(const Evaluation& a, const Evaluation& b) {
  return same_bits(a.utility, b.utility) && same_bits(a.scores, b.scores);
}

inline bool same_bits(const Particle& a, const Particle& b) {
  return same_bits(a.position, b.position) && same_bits(a.velocity, b.velocity) &&
         same_bits(a.best_position, b.best_position) && same_bits(a.utility, b.utility) && a.stale == b.stale &&
         same_bits(a.best_utility, b.best_utility) && a.best_iteration == b.best_iteration && a.age == b.age &&
         a.cool_down == b.cool_down && a.invalid == b.invalid && same_bits(a.best, b.best);
}

inline bool same_bits(const Incumbent& a, const Incumbent& b) {
  return a.particle == b.particle && a.iteration == b.iteration && same_bits(a.utility, b.utility) &&
         same_bits(a.position, b.position) && same_bits(a.evaluation, b.evaluation);
}

inline bool same_bits(const Move& a, const Move& b) {
  return same_bits(a.position, b.position) && same_bits(a.velocity, b.velocity);
}

template <typename T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i) same = same_bits(a[i], b[i]);
  return same;
}

inline bool same_bits(const SwarmState& a, const SwarmState& b) {
  return a.seed == b.seed && a.experts == b.experts && a.iteration == b.iteration &&
         same_bits(a.step_length, b.step_length) && same_bits(a.particles, b.particles) &&
         same_bits(a.global_best, b.global_best) && same_bits(a.global_worst, b.global_worst) &&
         same_bits(a.worst_by_iteration, b.worst_by_iteration) && same_bits(a.best_history, b.best_history) &&
         a.invalid_evaluations == b.invalid_evaluations && a.evaluations == b.evaluations &&
         same_bits(a.memory, b.memory) && same_bits(a.moves, b.moves);
}

inline bool same_bits(const Proposal& a, const Proposal& b) {
  return a.iteration == b.iteration && a.step_length == b.step_length && same_bits(a.particles, b.particles) &&
         a.restarted == b.restarted && a.skipped == b.skipped;
}

}  // namespace shoal::swarm::testing
