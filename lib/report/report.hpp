#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "results/result/study.hpp"

namespace shoal::report {

/// One self-contained HTML page about a run folder: verdict, key figures, results, curves, weights, notes, provenance.
/// Needs no network and no JavaScript. A folder without result.json gives a page that says that the search has not
/// ended; a folder with searches for several seeds gives their means and their comparison. Throws Error{input} when
/// history.jsonl is missing or damaged, or run.json or result.json is damaged.
std::string render_report(const std::filesystem::path& run_folder);

/// One page with a row per run and their global bests in one plot. Throws like render_report; Error{usage} without
/// folders.
std::string render_comparison(std::span<const std::filesystem::path> run_folders);

/// One page about a search and its variations: what each difference amounts to, then the comparison of the runs.
/// Throws like render_report.
std::string render_study(const results::Study& study);

}  // namespace shoal::report
