#include "swarm/proposal.hpp"

#include <limits>
#include <utility>

#include "swarm/restart.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm {
namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

Particle unborn(Coordinates position) {
  Particle particle;
  particle.velocity.assign(position.size(), 0.0);
  particle.best_position = position;
  particle.position = std::move(position);
  particle.utility = std::numeric_limits<double>::quiet_NaN();
  particle.best_utility = -std::numeric_limits<double>::infinity();
  return particle;
}

std::vector<UpdateWeights> weights_of(const Settings& settings, const std::vector<UpdateDraws>& draws) {
  std::vector<UpdateWeights> weights;
  for (const UpdateDraws& of_block : draws) weights.push_back(update_weights(settings, of_block));
  return weights;
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
                       : expert_position(i, experts, settings.blocks)));
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
    std::vector<UpdateDraws> draws = draw_updates(settings, state.seed, proposal.iteration, id);
    move(particle, state.global_best.position, state.global_worst.position, state.step_length,
         weights_of(settings, draws));
    proposal.draws.emplace_back(std::move(draws));
    proposal.skipped.push_back(whole_skipped || drop_particle(settings, state.seed, proposal.iteration, id));
  }
  return proposal;
}

}  // namespace shoal::swarm
