#pragma once

#include <string>

namespace shoal {

/// The name of this machine; "unknown" when it has none.
std::string host_name();

/// Slurm's name for this node where there is one (that is the name to exclude it by), else the machine's.
std::string node_name();

}  // namespace shoal
