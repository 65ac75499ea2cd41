#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "results/result/final_scores_file.hpp"
#include "results/result/result.hpp"
#include "task/utility_config.hpp"

namespace shoal::results {

/// One finished search of a study.
struct StudySearch {
  std::string name;
  std::filesystem::path folder;
  std::string left_out;  ///< an expert that it did without; empty: none
  RunResult result;
  FinalScores scores;
};

/// A search and variations of it.
struct Study {
  std::string name;
  task::UtilityConfig utility;
  StudySearch whole;
  std::vector<StudySearch> variations;
};

/// Reads result.json and final_scores.h5 of a finished search. Throws Error{input}.
StudySearch study_search(const std::string& name, const std::filesystem::path& folder, const std::string& left_out);

/// Winner of the whole search minus that of a variation, on the held-out test, paired example by example.
Comparison whole_minus(const Study& study, const StudySearch& variation);

/// Winner of a variation minus the expert that it did without, likewise; empty when it had all.
std::optional<Comparison> minus_left_out(const Study& study, const StudySearch& variation);

/// study.json, and the comparison as a table for a terminal.
std::string to_json(const Study& study);
std::string to_table(const Study& study);

}  // namespace shoal::results
