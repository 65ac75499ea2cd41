#pragma once

#include <filesystem>
#include <vector>

namespace shoal::io {

/// In which order an asynchronous search has taken its evaluations: element k - 1 lists the particles of iteration k.
using EventOrder = std::vector<std::vector<int>>;

/// The order of the search in a run folder, as far as its history goes; a torn last line is left out. Throws
/// Error{input} naming the line when the history is missing or damaged, has no order, or not one of so many particles.
EventOrder read_event_order(const std::filesystem::path& run_dir, int particles);

}  // namespace shoal::io
