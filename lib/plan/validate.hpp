#pragma once

#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::plan {

/// `shoal validate`: everything that can fail, without a search: keys, files, shapes, tokenizer and prompt lengths,
/// leaks, memory, disk, layout. Returns the findings as text; throws what a run would throw. Collective.
std::string validate(const comm::Communicator& comm, const std::string& config,
                     const std::vector<std::string>& overrides, bool strict);

}  // namespace shoal::plan
