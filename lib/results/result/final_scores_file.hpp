#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "results/result/result.hpp"

namespace shoal::results {

/// final_scores.h5: what every row of the final table scores on each example, so that winners of several runs can be
/// compared example by example. Datasets dev [R, examples] and test [R, examples] (float32); rows in the order of
/// result.json: experts, baselines, the ensemble if there is one, the winner.
struct FinalScores {
  std::vector<std::vector<double>> dev;
  std::vector<std::vector<double>> test;
};

/// The bytes of the file; a row without scores of its own (a result that was read) is NaN throughout.
std::string final_scores_image(const RunResult& result);

/// Throws Error{input} when it is missing or damaged.
FinalScores read_final_scores(const std::filesystem::path& file);

/// The rows of a result in that order.
std::vector<const ResultRow*> rows_of(const RunResult& result);

}  // namespace shoal::results
