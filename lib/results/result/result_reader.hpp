#pragma once

#include <filesystem>

#include "results/result/result.hpp"

namespace shoal::results {

/// result.json as written by to_json(RunResult), and how many searches its numbers are the best of.
struct ResultRecord {
  RunResult run;
  int searches = 1;
};

/// Throws Error{input} when the file is missing, damaged or lacks a key.
ResultRecord read_result(const std::filesystem::path& file);

/// The row of the best single expert (highest dev utility).
const ResultRow& best_single(const RunResult& result);

}  // namespace shoal::results
