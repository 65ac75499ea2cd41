#pragma once

#include <filesystem>

#include "swarm/async_iteration.hpp"

namespace shoal::results {

/// The order of the search in a run folder, as far as its history goes; a torn last line is left out. Throws
/// Error{input} naming the line when the history is missing or damaged, has no order, or not one of so many particles.
swarm::EventOrder read_event_order(const std::filesystem::path& run_dir, int particles);

}  // namespace shoal::results
