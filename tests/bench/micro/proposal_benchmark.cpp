#include <benchmark/benchmark.h>

#include "swarm/proposal.hpp"
#include "swarm/swarm.hpp"

namespace {

using namespace shoal::swarm;

/// A swarm of 2 n particles after iteration 0, each with a utility of its own.
SwarmState first_state(const Settings& settings, int experts) {
  constexpr std::uint64_t seed = 42;
  const Proposal proposal = start(settings, experts, seed);
  std::vector<Evaluation> evaluations;
  for (std::size_t i = 0; i < proposal.particles.size(); ++i)
    evaluations.push_back({0.01 * static_cast<double>(i), {}, {}});
  return begin(proposal, settings, experts, seed, evaluations).state;
}

/// Restarts, draws and moves of all particles: what an iteration does besides evaluating.
void propose_iteration(benchmark::State& state) {
  const auto experts = static_cast<int>(state.range(0));
  Settings settings;
  settings.particles = 2 * experts;
  const SwarmState swarm = first_state(settings, experts);
  for (auto unused : state) benchmark::DoNotOptimize(propose(swarm, settings));
  state.SetItemsProcessed(state.iterations() * settings.particles);
}

BENCHMARK(propose_iteration)->Arg(8)->Arg(64);

}  // namespace
