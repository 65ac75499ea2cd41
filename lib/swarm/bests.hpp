#pragma once

#include <vector>

#include "swarm/record.hpp"
#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// A particle that has just been evaluated, in the iteration under way. Views; the state owns both.
struct Evaluated {
  int id;
  const Particle* particle;
  const Evaluation* evaluation;
};

/// p improves on strictly greater utility. Updates utility, personal best, age and cool-down of an evaluated particle.
void update_personal_best(Particle& particle, const Evaluation& evaluation, int iteration);

/// Ages a particle that was skipped, when the settings count skipped evaluations.
void update_skipped(Particle& particle, const Settings& settings);

/// g improves on strictly greater utility; with paired promotion only if the mean per-example difference exceeds
/// promotion_z standard errors. Candidates are tried from the highest utility down, ties by id. Returns the tests made.
std::vector<PromotionTest> update_global_best(Incumbent& global_best, std::vector<Evaluated> evaluated, int iteration,
                                              const Settings& settings, const PairedTest& paired_test);

/// g_w falls on strictly smaller utility, over all time or over the last worst_window evaluated iterations. The
/// evaluations of an iteration may come in parts.
void update_global_worst(SwarmState& state, const std::vector<Evaluated>& evaluated, const Settings& settings);

}  // namespace shoal::swarm
