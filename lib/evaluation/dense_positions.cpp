#include "evaluation/dense_positions.hpp"

#include <algorithm>
#include <array>

#include "comm/agree.hpp"

namespace shoal::evaluation {

// That of the uniform soup, and of any other position.
weights::FlatLayout layout_of(const weights::ExpertPool& pool) {
  const std::vector<double> soup(pool.size(), 1.0 / static_cast<double>(pool.size()));
  return weights::FlatLayout(pool.materialise(soup));
}

DensePositions::DensePositions(const comm::Communicator& comm, const weights::ExpertPool& pool,
                               const swarm::Settings& settings, int threads)
    : comm_(comm),
      pool_(pool),
      settings_(settings),
      threads_(threads),
      layout_(layout_of(pool)),
      swarm_(swarm::owned_by(comm.rank(), comm.size(), settings.particles), layout_.size()) {}

int DensePositions::owner(int id) const { return swarm::owner_of(id, comm_.size(), settings_.particles); }

void DensePositions::start(swarm::Proposal& proposal) {
  for (std::size_t i = 0; i < proposal.particles.size(); ++i) {
    swarm::Particle& particle = proposal.particles[i];
    const int id = static_cast<int>(i);
    if (swarm_.owned().contains(id)) {
      layout_.flatten(pool_.materialise(particle.position), swarm_.position(id));
      layout_.flatten(pool_.materialise(particle.velocity), swarm_.velocity(id));
    }
    particle.position = particle.velocity = particle.best_position = {};
  }
}

void DensePositions::resume() {
  for (swarm::DenseSwarm::Common* common : {&swarm_.global_best(), &swarm_.global_worst()}) {
    comm_.broadcast(Buffer::of(std::span(common->weights)), owner(common->origin.particle));
  }
}

void DensePositions::move(const swarm::Proposal& proposal, std::uint64_t seed) {
  const bool moved = swarm_.iteration() == proposal.iteration;  // before the checkpoint that the search came from
  if (!moved) swarm_.move(proposal, settings_, seed, threads_);
}

void DensePositions::follow(const swarm::SwarmState& state) {
  for (swarm::DenseSwarm::Common* common : swarm_.follow(state)) {
    comm_.broadcast(Buffer::of(std::span(common->weights)), owner(common->origin.particle));
  }
  const bool first = state.iteration == 0;
  if (first && settings_.starting_velocity_mode == swarm::StartingVelocity::best) swarm_.start_towards_best();
}

void DensePositions::describe(swarm::IterationRecord& record) const {
  constexpr std::size_t fields = 3;
  std::vector<double> norms(record.particles.size() * fields, 0.0);  // zeros where another rank holds the particle
  for (int id = swarm_.owned().first; id < swarm_.owned().last; ++id) {
    const std::array mine{swarm::norm(swarm_.position(id)), swarm::norm(swarm_.velocity(id)),
                          swarm::distance(swarm_.position(id), swarm_.global_best().weights)};
    std::ranges::copy(mine, norms.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(id) * fields));
  }
  comm_.all_reduce(Buffer::of(std::span(norms)), comm::ReduceOp::sum);
  for (std::size_t i = 0; i < record.particles.size(); ++i) {
    record.particles[i].norms = {norms[i * fields], norms[i * fields + 1], norms[i * fields + 2]};
  }
}

DenseView DensePositions::view(int id, std::span<const float> weights) const { return {owner(id), weights}; }

DenseView DensePositions::position(int id) const {
  return view(id, swarm_.owned().contains(id) ? swarm_.position(id) : std::span<const float>());
}

DenseView DensePositions::best_position(int id) const {
  return view(id, swarm_.owned().contains(id) ? swarm_.best_position(id) : std::span<const float>());
}

DenseView DensePositions::finalist(const swarm::Incumbent& extreme) const {
  const swarm::DenseSwarm::Common& best = swarm_.global_best();
  if (best.origin == swarm::origin_of(extreme)) return view(extreme.particle, best.weights);
  return best_position(extreme.particle);
}

std::vector<float> DensePositions::collect(const swarm::Incumbent& extreme) const {
  const DenseView held = finalist(extreme);
  std::vector<float> weights(held.weights.begin(), held.weights.end());
  weights.resize(swarm_.length());
  comm_.broadcast(Buffer::of(std::span(weights)), *held.owner);
  return weights;
}

}  // namespace shoal::evaluation
