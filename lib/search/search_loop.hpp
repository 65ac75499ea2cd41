#pragma once

#include <functional>
#include <optional>
#include <string>

#include "checkpoint/checkpoint.hpp"
#include "config/run_config.hpp"
#include "evaluation/dense_positions.hpp"
#include "evaluation/wave.hpp"
#include "search/recorder.hpp"
#include "swarm/async_iteration.hpp"
#include "swarm/swarm.hpp"
#include "task/utility.hpp"

namespace shoal::search {

/// What the loop works with; references must outlive it.
struct SearchSetup {
  const config::RunConfig& config;
  const evaluation::Evaluator& evaluator;
  const evaluation::Workload& workload;  ///< the search part of dev
  const task::Utility& utility;          ///< of that workload
  Recorder& recorder;
  evaluation::DensePositions* dense = nullptr;  ///< when positions are dense
  std::vector<swarm::WarmPosition> warm_start = {};
  swarm::EventOrder event_order = {};  ///< of an asynchronous search that is repeated; on rank 0
};

struct SearchOutcome {
  swarm::SwarmState state;
  std::string stop_reason;  ///< patience, max_iteration, target or budget; "interrupted" by a signal or the deadline
  double seconds = 0.0;     ///< spent on the search, earlier parts included

  bool interrupted() const { return stop_reason == "interrupted"; }
};

/// Runs iterations from a checkpoint, or from the start, until something stops them; leaves a checkpoint of the last
/// finished one. Collective.
SearchOutcome run_search(const SearchSetup& setup, std::optional<checkpoint::Checkpoint> checkpoint);

/// Why a search in this state would not go on, if so (the rules that depend on the state alone).
std::optional<std::string> reason_to_stop(const swarm::SwarmState& state, const config::RunConfig& config);

}  // namespace shoal::search
