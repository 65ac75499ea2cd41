#include "swarm/record.hpp"

#include <algorithm>
#include <cmath>

namespace shoal::swarm {
namespace {

IncumbentRecord summary(const Incumbent& extreme) { return {extreme.particle, extreme.iteration, extreme.utility}; }

std::size_t examples_of(const Evaluation& evaluation) {
  if (!evaluation.bounds) return evaluation.scores.size();
  return static_cast<std::size_t>(std::ranges::count_if(evaluation.scores, [](double s) { return !std::isnan(s); }));
}

}  // namespace

IterationRecord record_of(const SwarmState& state, const Proposal& proposal, const Settings& settings,
                          const std::vector<Evaluation>& evaluations) {
  const std::vector<int> ids = proposal.to_evaluate();
  IterationRecord record;
  record.iteration = state.iteration;
  record.step_length = proposal.step_length;
  record.evaluated = !ids.empty();
  record.blocks = settings.blocks;
  record.paired_promotion = settings.promotion == Promotion::paired;
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    const Particle& p = state.particles[i];
    record.particles.push_back({static_cast<int>(i), p.position, p.velocity, p.utility, p.stale, 0,
                                proposal.restarted[i], p.best_utility, p.best_iteration, proposal.draws[i]});
  }
  for (std::size_t j = 0; j < ids.size(); ++j) {
    ParticleRecord& particle = record.particles[static_cast<std::size_t>(ids[j])];
    particle.examples = examples_of(evaluations[j]);
    particle.bounds = evaluations[j].bounds;
  }
  record.global_best = summary(state.global_best);
  record.global_worst = summary(state.global_worst);
  return record;
}

}  // namespace shoal::swarm
