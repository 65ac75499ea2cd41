#pragma once

#include <memory>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// All ranks of this MPI launch, on a communicator of their own (a duplicate of MPI_COMM_WORLD). Needs a living
/// MpiSession. Collective. Throws Error{peer}.
std::unique_ptr<Communicator> make_world();

}  // namespace shoal::comm
