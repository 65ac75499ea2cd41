#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "swarm/state.hpp"

namespace shoal::testing {

inline swarm::Particle example_particle(double utility) {
  swarm::Particle p;
  p.position = {0.1, 1.0 / 3.0, 1.0 - 0.1 - 1.0 / 3.0};
  p.velocity = {-0.0, std::numeric_limits<double>::denorm_min(), 1e300};
  p.best_position = {1.0, 0.0, 0.0};
  p.utility = utility;
  p.stale = true;
  p.best_utility = 0.7;
  p.best_iteration = 2;
  p.age = 3;
  p.cool_down = 1;
  p.best = {0.7, {0.0, 1.0, 0.3, 0.25}};
  return p;
}

/// A particle that has never had a finite utility: no best scores yet.
inline swarm::Particle invalid_particle() {
  swarm::Particle p = example_particle(std::numeric_limits<double>::quiet_NaN());
  p.best_utility = -std::numeric_limits<double>::infinity();
  p.invalid = true;
  p.best = {};
  return p;
}

/// A state with everything unusual in it: utilities that are not finite, an iteration without a worst position, a seed
/// that fits no signed number.
inline swarm::SwarmState example_state(int iteration) {
  swarm::SwarmState state;
  state.seed = 0xfedcba9876543210U;
  state.experts = 3;
  state.iteration = iteration;
  state.step_length = 0.7 * 0.95;
  state.particles = {example_particle(0.5), example_particle(-std::numeric_limits<double>::infinity()),
                     invalid_particle()};
  state.global_best = {1, 2, 0.7, {0.2, 0.3, 0.5}, {0.7, {1.0, 0.0, 1.0, 0.8}}};
  state.global_worst = {2, 0, 0.1, {0.5, 0.5, 0.0}, {}};
  state.worst_by_iteration = {state.global_worst, {0, 1, std::numeric_limits<double>::infinity(), {}, {}}};
  state.best_history = {0.4, 0.7, 0.7};
  state.invalid_evaluations = 5;
  state.evaluations = std::int64_t{1} << 40;
  return state;
}

/// All numbers of a state as their bits, so that NaN equals itself and zero differs from minus zero.
class Bits {
 public:
  static std::vector<std::uint64_t> of(const swarm::SwarmState& state) {
    Bits bits;
    bits.add(state);
    return bits.words_;
  }

 private:
  void add(double value) { words_.push_back(std::bit_cast<std::uint64_t>(value)); }
  void add_integer(std::int64_t value) { words_.push_back(static_cast<std::uint64_t>(value)); }
  void add(const std::vector<double>& values) {
    words_.push_back(values.size());
    for (const double value : values) add(value);
  }
  void add(const swarm::Evaluation& evaluation) {
    add(evaluation.utility);
    add(evaluation.scores);
  }
  void add(const swarm::Incumbent& extreme) {
    add_integer(extreme.particle);
    add_integer(extreme.iteration);
    add(extreme.utility);
    add(extreme.position);
    add(extreme.evaluation);
  }
  void add(const swarm::Particle& p) {
    for (const auto* coordinates : {&p.position, &p.velocity, &p.best_position}) add(*coordinates);
    add(p.utility);
    add(p.best_utility);
    for (const int number : {p.best_iteration, p.age, p.cool_down}) add_integer(number);
    add_integer(p.stale ? 1 : 0);
    add_integer(p.invalid ? 1 : 0);
    add(p.best);
  }
  void add(const swarm::SwarmState& state) {
    words_.push_back(state.seed);
    for (const int number : {state.experts, state.iteration, state.invalid_evaluations}) add_integer(number);
    add_integer(state.evaluations);
    add(state.step_length);
    for (const swarm::Particle& particle : state.particles) add(particle);
    add(state.global_best);
    add(state.global_worst);
    for (const swarm::Incumbent& extreme : state.worst_by_iteration) add(extreme);
    add(state.best_history);
    add(state.memory);
    for (const swarm::Move& move : state.moves) {
      add(move.position);
      add(move.velocity);
    }
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace shoal::testing
