#include "swarm/proposal.hpp"

#include <limits>
#include <utility>

#include "swarm/optimiser/cma_es.hpp"
#include "swarm/optimiser/differential_evolution.hpp"
#include "swarm/optimiser/simplex_draw.hpp"
#include "swarm/optimiser/surrogate.hpp"
#include "swarm/restart.hpp"
#include "swarm/update_rule.hpp"

namespace shoal::swarm {
namespace {

std::size_t index(int id) { return static_cast<std::size_t>(id); }

Particle unevaluated(Coordinates position) {
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

Proposal start(const Settings& settings, int experts, std::uint64_t seed, std::span<const WarmPosition> warm) {
  Proposal proposal;
  std::vector<StartDraws> draws;
  for (int i = 0; i < settings.particles; ++i) {
    draws.push_back(draw_start(settings, seed, i, experts));
    if (index(i) < warm.size()) {
      const WarmPosition& from = warm[index(i)];
      draws.back() = {std::nullopt, std::nullopt, draws.back().partner, from.particle};
      proposal.particles.push_back(unevaluated(from.position));
      continue;
    }
    const auto& parents = draws.back().parents;
    proposal.particles.push_back(
        unevaluated(parents ? crossover(proposal.particles[index(parents->first)].position,
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

namespace {

/// Moves a particle by the update rule. With a surrogate it draws several times and takes the move that promises most,
/// the earliest of equals.
std::vector<UpdateDraws> move_by_rule(Particle& particle, int id, const SwarmState& state, const Settings& settings) {
  const int candidates = settings.optimiser == Optimiser::surrogate ? settings.candidates : 1;
  const Particle before = particle;
  std::vector<UpdateDraws> chosen;
  double most = 0.0;
  for (int c = 0; c < candidates; ++c) {
    Particle moved = before;
    auto draws = draw_updates(settings, state.seed, state.iteration + 1, id, c);
    move(moved, state.global_best.position, state.global_worst.position, state.step_length,
         weights_of(settings, draws));
    const double promise = candidates == 1 ? 0.0 : guess_utility(state.memory, moved.position);
    if (c > 0 && !(promise > most)) continue;
    most = promise;
    particle = std::move(moved);
    chosen = std::move(draws);
  }
  return chosen;
}

/// The swarm's own iteration. Moves that were made before stay as they are.
void move_swarm(Proposal& proposal, const SwarmState& state, const Settings& settings) {
  proposal.step_length = state.step_length;
  const bool whole_skipped = drop_iteration(settings, state.seed, proposal.iteration);
  for (std::size_t i = 0; i < proposal.particles.size(); ++i) {
    const int id = static_cast<int>(i);
    MovedParticle moved = moved_on(state, settings, id);
    if (!state.moves.empty()) {
      moved.particle.position = state.moves[i].position;
      moved.particle.velocity = state.moves[i].velocity;
    }
    proposal.particles[i] = std::move(moved.particle);
    proposal.restarted.push_back(moved.restarted);
    proposal.draws.emplace_back(std::move(moved.draws));
    proposal.skipped.push_back(whole_skipped || drop_particle(settings, state.seed, proposal.iteration, id));
  }
}

std::vector<Coordinates> positions_without_velocity(const SwarmState& state, const Settings& settings) {
  const int iteration = state.iteration + 1;
  if (settings.optimiser == Optimiser::cma_es) {
    return CmaEs(state.memory, state.experts).ask(state.seed, iteration, settings.particles);
  }
  std::vector<Coordinates> positions;
  for (int i = 0; i < settings.particles; ++i) {
    positions.push_back(settings.optimiser == Optimiser::de
                            ? trial_position(state, iteration, i)
                            : draw_position(settings, state.seed, iteration, i, state.experts));
  }
  return positions;
}

/// The other optimisers name positions; a velocity is how the particle got there.
void jump(Proposal& proposal, const SwarmState& state, const Settings& settings) {
  const auto positions = positions_without_velocity(state, settings);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    Particle& particle = proposal.particles[i];
    particle.velocity = difference(positions[i], particle.position);
    particle.position = positions[i];
  }
  proposal.draws.resize(positions.size(), std::vector<UpdateDraws>{});
  proposal.restarted.assign(positions.size(), false);
  proposal.skipped.assign(positions.size(), false);
}

}  // namespace

MovedParticle moved_on(const SwarmState& state, const Settings& settings, int particle) {
  MovedParticle moved{state.particles[index(particle)], false, {}};
  moved.restarted = due_for_restart(moved.particle, settings);
  if (moved.restarted) restart(moved.particle, settings);
  moved.draws = move_by_rule(moved.particle, particle, state, settings);
  return moved;
}

Proposal propose(const SwarmState& state, const Settings& settings) {
  Proposal proposal;
  proposal.iteration = state.iteration + 1;
  proposal.particles = state.particles;
  const bool by_rule = settings.optimiser == Optimiser::swarm || settings.optimiser == Optimiser::surrogate;
  if (by_rule) {
    move_swarm(proposal, state, settings);
  } else {
    jump(proposal, state, settings);
  }
  return proposal;
}

}  // namespace shoal::swarm
