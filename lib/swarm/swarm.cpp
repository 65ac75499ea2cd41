#include "swarm/swarm.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "swarm/bests.hpp"
#include "swarm/invalid_evaluations.hpp"
#include "swarm/optimiser_memory.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm {
namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

std::vector<Evaluated> views(const std::vector<Particle>& particles, const std::vector<int>& ids,
                             const std::vector<Evaluation>& evaluations) {
  std::vector<Evaluated> evaluated;
  for (std::size_t j = 0; j < ids.size(); ++j)
    evaluated.push_back({ids[j], &particles[index(ids[j])], &evaluations[j]});
  return evaluated;
}

/// Whether a particle begins at an expert itself.
bool is_expert(const Proposal& proposal, int i, int experts) {
  return i < experts && !std::get<StartDraws>(proposal.draws[index(i)]).warm_start;
}

void refuse_invalid_experts(const Proposal& proposal, const std::vector<Evaluation>& evaluations, int experts) {
  for (int i = 0; i < experts; ++i) {
    if (is_expert(proposal, i, experts) && !std::isfinite(evaluations[index(i)].utility)) {
      fail(ExitCode::input, "expert {} has a utility that is not a finite number. Remove it from experts.", i);
    }
  }
}

/// Every particle at its first position, with the best and the worst of them.
SwarmState first_state(const Proposal& proposal, const Settings& settings, int experts, std::uint64_t seed,
                       const std::vector<Evaluation>& evaluations) {
  SwarmState state;
  state.seed = seed;
  state.experts = experts;
  state.step_length = settings.step_length;
  state.particles = proposal.particles;
  state.evaluations = static_cast<std::int64_t>(evaluations.size());
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    update_personal_best(state.particles[i], evaluations[i], 0);
    state.particles[i].age = 0;
  }
  const auto evaluated = views(state.particles, proposal.to_evaluate(), evaluations);
  state.global_best.utility = -std::numeric_limits<double>::infinity();
  Settings by_utility = settings;  // there is no incumbent yet to be compared with
  by_utility.promotion = Promotion::utility;
  update_global_best(state.global_best, evaluated, 0, by_utility, {});
  update_global_worst(state, evaluated, settings);
  state.best_history.push_back(state.global_best.utility);
  remember(state, evaluated, settings);
  return state;
}

}  // namespace

Step begin(const Proposal& proposal, const Settings& settings, int experts, std::uint64_t seed,
           const std::vector<Evaluation>& evaluations) {
  const std::size_t particles = proposal.particles.size();
  expect(evaluations.size() == particles, "{} evaluations for {} particles.", evaluations.size(), particles);
  refuse_invalid_experts(proposal, evaluations, experts);
  SwarmState state = first_state(proposal, settings, experts, seed, evaluations);
  count_invalid(state, evaluations, settings);
  if (settings.starting_velocity_mode == StartingVelocity::best) {
    for (Particle& p : state.particles) p.velocity = difference(state.global_best.position, p.position);
  }
  IterationRecord record = record_of(state, proposal, settings, evaluations);
  return {std::move(state), std::move(record)};
}

Step advance(const SwarmState& before, const Proposal& proposal, const Settings& settings,
             const std::vector<Evaluation>& evaluations, const PairedTest& paired_test) {
  const std::vector<int> ids = proposal.to_evaluate();
  expect(ids.size() == evaluations.size(), "{} evaluations for {} particles.", evaluations.size(), ids.size());
  SwarmState state = before;
  state.iteration = proposal.iteration;
  state.particles = proposal.particles;
  state.moves.clear();
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
    remember(state, evaluated, settings);
  }
  if (!ids.empty() || settings.count_skipped) state.best_history.push_back(state.global_best.utility);
  state.step_length = next_step_length(state.step_length, settings);
  IterationRecord record = record_of(state, proposal, settings, evaluations);
  record.promotions = std::move(tests);
  return {std::move(state), std::move(record)};
}

}  // namespace shoal::swarm
