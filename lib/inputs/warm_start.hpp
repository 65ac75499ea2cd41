#pragma once

#include <vector>

#include "comm/communicator.hpp"
#include "config/run_config.hpp"
#include "swarm/warm_start.hpp"

namespace shoal::inputs {

/// The state of the search that swarm.warm_start names, as of its newest valid checkpoint. Throws Error{input} when
/// there is none, Error{usage} when its coefficients mean something else here: other experts, other blocks, weight
/// vectors.
swarm::SwarmState warm_start_source(const config::RunConfig& config);

/// Where the particles begin, best first; empty without swarm.warm_start. Collective: rank 0 reads, since the other
/// search may be going on.
std::vector<swarm::WarmPosition> warm_start(const comm::Communicator& comm, const config::RunConfig& config);

}  // namespace shoal::inputs
