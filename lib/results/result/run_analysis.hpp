#pragma once

#include <filesystem>

#include "results/result/analysis.hpp"
#include "results/result/result.hpp"

namespace shoal::results {

/// The analysis of a search that has just ended: `result` holds its rows with scores, `folder` its history.jsonl and
/// examples.h5 (without that one the iterations are left out). Throws Error{input} for a damaged history.
Analysis analyse(const std::filesystem::path& folder, const RunResult& result);

}  // namespace shoal::results
