#pragma once

#include <cstdint>
#include <vector>

#include "swarm/evaluation.hpp"
#include "swarm/proposal.hpp"
#include "swarm/record.hpp"
#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

struct Step {
  SwarmState state;
  IterationRecord record;
};

/// The state after iteration 0. `evaluations[i]` belongs to particle i.
/// Throws Error{input} when an expert's utility is not finite, or more than max_invalid of the others are not.
Step begin(const Proposal& proposal, const Settings& settings, int experts, std::uint64_t seed,
           const std::vector<Evaluation>& evaluations);

/// The state after the proposed iteration. `evaluations[j]` belongs to particle proposal.to_evaluate()[j].
/// Throws Error{input} when more than max_invalid utilities of the run were not finite.
Step advance(const SwarmState& state, const Proposal& proposal, const Settings& settings,
             const std::vector<Evaluation>& evaluations, const PairedTest& paired_test);

}  // namespace shoal::swarm
