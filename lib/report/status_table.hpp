#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/run_status.hpp"

namespace shoal::report {

/// The columns of `shoal status`, and one run's entries in them; an en dash stands for what is not known.
std::vector<std::string> status_columns();
std::vector<std::string> status_cells(const RunStatus& status);

/// The columns of `shoal watch`, and one iteration's entries in them.
std::vector<std::string> iteration_columns();
std::vector<std::string> iteration_cells(const results::HistoryLine& iteration);

/// "12 of 20", or "12" when the end is not known.
std::string progress_of(const RunStatus& status);

/// The present state of a run in one line, for the head of a live table.
std::string headline(const RunStatus& status);

/// Rows in columns of equal width, two spaces apart, each with its newline.
std::string aligned(std::span<const std::vector<std::string>> rows);

/// Rows with tabs between their entries, for other programs.
std::string tab_separated(std::span<const std::vector<std::string>> rows);

}  // namespace shoal::report
