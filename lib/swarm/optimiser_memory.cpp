#include "swarm/optimiser_memory.hpp"

#include <cmath>

#include "swarm/optimiser/cma_es.hpp"

namespace shoal::swarm {
namespace {

/// Iteration 0 is nobody's sample: it only says where the search begins.
void tell_cma_es(SwarmState& state, const std::vector<Evaluated>& evaluated) {
  std::vector<Coordinates> positions;
  std::vector<double> utilities;
  for (const Evaluated& e : evaluated) {
    positions.push_back(e.particle->position);
    utilities.push_back(e.evaluation->utility);
  }
  if (state.iteration == 0) {
    state.memory = CmaEs(positions, utilities, state.experts).numbers();
    return;
  }
  CmaEs search(state.memory, state.experts);
  search.tell(positions, utilities);
  state.memory = search.numbers();
}

void add_to_archive(SwarmState& state, const std::vector<Evaluated>& evaluated) {
  for (const Evaluated& e : evaluated) {
    if (!std::isfinite(e.evaluation->utility)) continue;
    state.memory.push_back(e.evaluation->utility);
    state.memory.insert(state.memory.end(), e.particle->position.begin(), e.particle->position.end());
  }
}

}  // namespace

void remember(SwarmState& state, const std::vector<Evaluated>& evaluated, const Settings& settings) {
  if (settings.optimiser == Optimiser::cma_es) tell_cma_es(state, evaluated);
  if (settings.optimiser == Optimiser::surrogate) add_to_archive(state, evaluated);
}

}  // namespace shoal::swarm
