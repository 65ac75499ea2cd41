#pragma once

#include <optional>
#include <span>
#include <vector>

#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// The search's own reasons to stop, looked at before an iteration. (Walltime, target and budget are the loop's.)
enum class StopReason { patience, max_iteration };
std::optional<StopReason> stop_reason(const SwarmState& state, const Settings& settings);

/// The `count` best personal bests, highest utility first, ties by id. Particles that never had a finite utility have
/// none.
std::vector<Incumbent> best_personal_bests(const SwarmState& state, int count);

/// Positions among which the validation examples choose: g first, then the best `top_k` personal bests, each position
/// once.
std::vector<Incumbent> finalists(const SwarmState& state, const Settings& settings);

/// Index of the finalist with the highest finite validation utility; ties go to the first, and so does a list without
/// any finite one. Requires at least one.
std::size_t choose(std::span<const double> validation_utilities);

}  // namespace shoal::swarm
