#pragma once

#include <vector>

#include "comm/communicator.hpp"
#include "io/run_config.hpp"
#include "swarm/warm_start.hpp"

namespace shoal::search {

/// The state of the search that swarm.warm_start names, as of its newest valid checkpoint. Throws Error{input} when
/// there is none, Error{usage} when its coefficients mean something else here: other experts, other blocks, weight
/// vectors.
swarm::SwarmState warm_start_source(const io::RunConfig& config);

/// Where the particles begin, best first; empty without swarm.warm_start. Collective: rank 0 reads, since the other
/// search may be going on.
std::vector<swarm::WarmPosition> warm_start(const comm::Communicator& comm, const io::RunConfig& config);

}  // namespace shoal::search
