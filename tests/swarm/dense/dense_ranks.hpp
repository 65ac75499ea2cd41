#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "swarm/dense/dense_swarm.hpp"
#include "swarm/toy_problem.hpp"

namespace shoal::swarm::testing {

/// A dense search on a toy problem whose particles are spread over several ranks, played one after the other; what MPI
/// would send is copied.
class DenseRanks {
 public:
  DenseRanks(const Settings& settings, const Problem& problem, std::uint64_t seed, int ranks, int threads = 1)
      : settings_(settings), problem_(problem), threads_(threads) {
    Proposal proposal = start(settings, problem.size(), seed);
    for (int r = 0; r < ranks; ++r) {
      swarms.emplace_back(owned_by(r, ranks, settings.particles), problem.experts.front().size());
    }
    for (std::size_t i = 0; i < proposal.particles.size(); ++i) place(proposal.particles[i], static_cast<int>(i));
    step = begin(proposal, settings, problem.size(), seed, evaluate_all(proposal));
    follow();
    if (settings.starting_velocity_mode != StartingVelocity::best) return;
    for (DenseSwarm& swarm : swarms) swarm.start_towards_best();
  }

  void iterate() {
    const Proposal proposal = propose(step.state, settings_);
    for (DenseSwarm& swarm : swarms) swarm.move(proposal, settings_, step.state.seed, threads_);
    step = advance(step.state, proposal, settings_, evaluate_all(proposal), paired_by_mean);
    follow();
  }

  DenseSwarm& holder(int id) {
    return swarms[static_cast<std::size_t>(owner_of(id, static_cast<int>(swarms.size()), settings_.particles))];
  }

  Step step;
  std::vector<DenseSwarm> swarms;

 private:
  void place(Particle& particle, int id) {
    const Weights x = materialise(problem_, particle.position);
    const Weights v = materialise(problem_, particle.velocity);
    std::ranges::transform(x, holder(id).position(id).begin(), [](double w) { return static_cast<float>(w); });
    std::ranges::transform(v, holder(id).velocity(id).begin(), [](double w) { return static_cast<float>(w); });
    particle.position = particle.velocity = particle.best_position = {};
  }

  std::vector<Evaluation> evaluate_all(const Proposal& proposal) {
    std::vector<Evaluation> evaluations;
    for (const int id : proposal.to_evaluate()) {
      const auto x = std::as_const(holder(id)).position(id);
      evaluations.push_back(evaluate(problem_, Weights(x.begin(), x.end())));
    }
    return evaluations;
  }

  void follow() {
    std::vector<std::vector<DenseSwarm::Common*>> changed;
    for (DenseSwarm& swarm : swarms) changed.push_back(swarm.follow(step.state));
    for (std::size_t c = 0; c < changed.front().size(); ++c) {
      const int owner =
          owner_of(changed.front()[c]->origin.particle, static_cast<int>(swarms.size()), settings_.particles);
      for (auto& of_rank : changed) of_rank[c]->weights = changed[static_cast<std::size_t>(owner)][c]->weights;
    }
  }

  Settings settings_;
  Problem problem_;
  int threads_;
};

}  // namespace shoal::swarm::testing
