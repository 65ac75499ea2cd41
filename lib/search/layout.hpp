#pragma once

#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::search {

/// Which rank runs where, in one line: "n1: rank 0 cores 0-3 GPU 0, rank 1 cores 4-7 GPU 1; n2: …". Collective.
std::string describe_layout(const comm::Communicator& comm);

/// Numbers in ascending order as ranges: "0-3,8".
std::string ranges(const std::vector<int>& numbers);

}  // namespace shoal::search
