#pragma once

#include <string>

namespace shoal::comm {

/// The MPI library, e.g. "Open MPI 4.1.4".
std::string mpi_version();

/// The NCCL that is linked, e.g. "2.27.7"; "none" in CPU builds.
std::string nccl_version();

}  // namespace shoal::comm
