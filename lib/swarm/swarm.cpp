#include "swarm/swarm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "swarm/bests.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm {
namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

Coordinates expert_position(int expert, int experts) {
  Coordinates position(index(experts), 0.0);
  position[index(expert)] = 1.0;
  return position;
}

Coordinates difference(const Coordinates& a, const Coordinates& b) {
  Coordinates result(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) result[k] = a[k] - b[k];
  return result;
}

/// t E_a + (1 - t) E_b
Coordinates crossover(const Coordinates& a, const Coordinates& b, double t) {
  Coordinates child(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) child[k] = t * a[k] + (1.0 - t) * b[k];
  return child;
}

Particle unborn(Coordinates position) {
  Particle particle;
  particle.velocity.assign(position.size(), 0.0);
  particle.best_position = position;
  particle.position = std::move(position);
  particle.utility = std::numeric_limits<double>::quiet_NaN();
  particle.best_utility = -std::numeric_limits<double>::infinity();
  return particle;
}

bool due_for_restart(const Particle& particle, const Settings& settings) {
  if (particle.invalid) return true;
  // The published code counts from the entry that reached the best, itself included: one evaluation earlier.
  const int waited = settings.rules == Rules::published_code ? particle.age + 1 : particle.age;
  return waited >= settings.restart_patience;
}

void restart(Particle& particle, const Settings& settings) {
  particle.position = particle.best_position;
  std::ranges::fill(particle.velocity, 0.0);
  particle.invalid = false;
  if (settings.restart_mode == RestartMode::sticky) return;  // stays due until it improves
  particle.age = 0;
  particle.cool_down = settings.restart_cool_down;
}

std::vector<Evaluated> views(const std::vector<Particle>& particles, const std::vector<int>& ids,
                             const std::vector<Evaluation>& evaluations) {
  std::vector<Evaluated> evaluated;
  for (std::size_t j = 0; j < ids.size(); ++j)
    evaluated.push_back({ids[j], &particles[index(ids[j])], &evaluations[j]});
  return evaluated;
}

void refuse_invalid_experts(const std::vector<Evaluation>& evaluations, int experts) {
  for (int i = 0; i < experts; ++i) {
    if (!std::isfinite(evaluations[index(i)].utility)) {
      fail(ExitCode::input, "expert {} has a utility that is not a finite number. Remove it from experts.", i);
    }
  }
}

void count_invalid(SwarmState& state, const std::vector<Evaluation>& evaluations, const Settings& settings) {
  for (const Evaluation& evaluation : evaluations)
    state.invalid_evaluations += std::isfinite(evaluation.utility) ? 0 : 1;
  if (state.invalid_evaluations > settings.invalid_allowed()) {
    fail(ExitCode::input, "{} utilities of this run were not finite (swarm.max_invalid allows {}). Check the task.",
         state.invalid_evaluations, settings.invalid_allowed());
  }
}

ExtremeRecord summary(const Extreme& extreme) { return {extreme.particle, extreme.iteration, extreme.utility}; }

IterationRecord record_of(const SwarmState& state, const Proposal& proposal, const Settings& settings,
                          const std::vector<int>& ids, const std::vector<Evaluation>& evaluations) {
  IterationRecord record;
  record.iteration = state.iteration;
  record.step_length = proposal.step_length;
  record.evaluated = !ids.empty();
  record.paired_promotion = settings.promotion == Promotion::paired;
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    const Particle& p = state.particles[i];
    record.particles.push_back({static_cast<int>(i), p.position, p.velocity, p.utility, p.stale, 0,
                                proposal.restarted[i], p.best_utility, p.best_iteration, proposal.draws[i]});
  }
  for (std::size_t j = 0; j < ids.size(); ++j) record.particles[index(ids[j])].examples = evaluations[j].scores.size();
  record.global_best = summary(state.global_best);
  record.global_worst = summary(state.global_worst);
  return record;
}

}  // namespace

std::vector<int> Proposal::to_evaluate() const {
  std::vector<int> ids;
  for (std::size_t i = 0; i < particles.size(); ++i) {
    if (!skipped[i]) ids.push_back(static_cast<int>(i));
  }
  return ids;
}

Proposal start(const Settings& settings, int experts, std::uint64_t seed) {
  Proposal proposal;
  std::vector<StartDraws> draws;
  for (int i = 0; i < settings.particles; ++i) {
    draws.push_back(draw_start(settings, seed, i, experts));
    const auto& parents = draws.back().parents;
    proposal.particles.push_back(
        unborn(parents ? crossover(proposal.particles[index(parents->first)].position,
                                   proposal.particles[index(parents->second)].position, *draws.back().t)
                       : expert_position(i, experts)));
  }
  for (std::size_t i = 0; i < draws.size(); ++i) {
    Particle& particle = proposal.particles[i];
    if (draws[i].partner) {
      particle.velocity = difference(proposal.particles[index(*draws[i].partner)].position, particle.position);
    }
  }
  proposal.draws.assign(draws.begin(), draws.end());
  proposal.restarted.assign(draws.size(), false);
  proposal.skipped.assign(draws.size(), false);
  return proposal;
}

Proposal propose(const SwarmState& state, const Settings& settings) {
  Proposal proposal;
  proposal.iteration = state.iteration + 1;
  proposal.step_length = state.step_length;
  proposal.particles = state.particles;
  const bool whole_skipped = drop_iteration(settings, state.seed, proposal.iteration);
  for (std::size_t i = 0; i < proposal.particles.size(); ++i) {
    const int id = static_cast<int>(i);
    Particle& particle = proposal.particles[i];
    proposal.restarted.push_back(due_for_restart(particle, settings));
    if (proposal.restarted.back()) restart(particle, settings);
    const UpdateDraws draws = draw_update(settings, state.seed, proposal.iteration, id);
    move(particle, state.global_best.position, state.global_worst.position, state.step_length,
         update_weights(settings, draws));
    proposal.draws.emplace_back(draws);
    proposal.skipped.push_back(whole_skipped || drop_particle(settings, state.seed, proposal.iteration, id));
  }
  return proposal;
}

Step begin(const Proposal& proposal, const Settings& settings, int experts, std::uint64_t seed,
           std::vector<Evaluation> evaluations) {
  refuse_invalid_experts(evaluations, experts);
  SwarmState state;
  state.seed = seed;
  state.experts = experts;
  state.step_length = settings.step_length;
  state.particles = proposal.particles;
  state.evaluations = static_cast<std::int64_t>(evaluations.size());
  state.global_best.utility = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    update_personal_best(state.particles[i], evaluations[i], 0);
    state.particles[i].age = 0;
  }
  count_invalid(state, evaluations, settings);
  const std::vector<int> ids = proposal.to_evaluate();
  const auto evaluated = views(state.particles, ids, evaluations);
  Settings by_utility = settings;  // there is no incumbent yet to be compared with
  by_utility.promotion = Promotion::utility;
  update_global_best(state.global_best, evaluated, 0, by_utility, {});
  update_global_worst(state, evaluated, settings);
  state.best_history.push_back(state.global_best.utility);
  if (settings.starting_velocity_mode == StartingVelocity::best) {
    for (Particle& particle : state.particles) {
      particle.velocity = difference(state.global_best.position, particle.position);
    }
  }
  return {state, record_of(state, proposal, settings, ids, evaluations)};
}

Step advance(const SwarmState& before, const Proposal& proposal, const Settings& settings,
             std::vector<Evaluation> evaluations, const PairedTest& paired_test) {
  const std::vector<int> ids = proposal.to_evaluate();
  expect(ids.size() == evaluations.size(), "{} evaluations for {} particles.", evaluations.size(), ids.size());
  SwarmState state = before;
  state.iteration = proposal.iteration;
  state.particles = proposal.particles;
  state.evaluations += static_cast<std::int64_t>(ids.size());
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    if (proposal.skipped[i]) update_skipped(state.particles[i], settings);
  }
  for (std::size_t j = 0; j < ids.size(); ++j) {
    update_personal_best(state.particles[index(ids[j])], evaluations[j], state.iteration);
  }
  count_invalid(state, evaluations, settings);
  std::vector<PromotionTest> tests;
  if (!ids.empty()) {
    const auto evaluated = views(state.particles, ids, evaluations);
    tests = update_global_best(state.global_best, evaluated, state.iteration, settings, paired_test);
    update_global_worst(state, evaluated, settings);
  }
  if (!ids.empty() || settings.count_skipped) state.best_history.push_back(state.global_best.utility);
  // λ <- max(λ φ_λ, minimum_step_length)
  state.step_length = std::max(state.step_length * settings.step_length_factor, settings.minimum_step_length);
  IterationRecord record = record_of(state, proposal, settings, ids, evaluations);
  record.promotions = std::move(tests);
  return {std::move(state), std::move(record)};
}

}  // namespace shoal::swarm
