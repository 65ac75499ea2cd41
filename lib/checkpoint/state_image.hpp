#pragma once

#include <string>

#include "swarm/state.hpp"

namespace shoal::checkpoint {

/// A swarm's state as the bytes of an HDF5 file (docs/checkpoint-format.md), and back, bit for bit.
std::string encode(const swarm::SwarmState& state);

/// Throws Error{input} naming `source` when a dataset is missing or has another shape than the others imply.
swarm::SwarmState decode(std::string bytes, const std::string& source);

}  // namespace shoal::checkpoint
