#pragma once

#include <filesystem>
#include <vector>

#include "results/history/history_line.hpp"

namespace shoal::results {

struct HistoryRecord {
  std::vector<HistoryLine> iterations;  ///< at least one; numbered 0, 1, 2, …
  bool torn = false;                    ///< an unfinished last line was left out
};

/// Reads history.jsonl. A last line without its end is left out: the run may be writing it.
/// Throws Error{input} naming the line when the file is missing, empty, damaged, or its lines do not fit together.
HistoryRecord read_history(const std::filesystem::path& file);

/// The position of the global best as of the last line.
const swarm::Coordinates& best_position(const HistoryRecord& history);

}  // namespace shoal::results
