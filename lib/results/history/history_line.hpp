#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "swarm/record.hpp"

namespace shoal::results {

/// The value of a pruned evaluation that was finished in a later iteration. Shoal finishes none; the file format allows
/// it.
struct CompletedEvaluation {
  int iteration = 0;
  int particle = 0;
  double utility = 0.0;
};

/// One line of history.jsonl, and how long its iteration took.
struct HistoryLine : swarm::IterationRecord {
  double seconds = 0.0;
  std::vector<CompletedEvaluation> completed;
};

/// The line (without the newline). Doubles have 17 significant digits, so that a reader gets the same bits; numbers
/// that are not finite are null.
std::string to_json_line(const swarm::IterationRecord& record, double seconds);

/// What to_json_line has written. Keys that older versions did not write may be missing; null is NaN. Throws
/// std::exception when the text is no such line.
HistoryLine read_history_line(std::string_view text);

}  // namespace shoal::results
