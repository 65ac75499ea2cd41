#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "task/measures.hpp"
#include "task/outcome.hpp"

namespace shoal::results {

/// One example of `shoal eval --out`.
struct EvalSample {
  std::size_t doc_id = 0;
  std::size_t prompt_tokens = 0;
  std::vector<std::int32_t> output_ids;
  std::string output;
  std::optional<std::string> answer;  ///< empty when nothing could be parsed
  std::string target;
  double score = 0.0;
  std::vector<task::Detail> details = {};
};

/// What one model (base, adapter or mix) scores on one split of one task.
struct EvalResult {
  std::string model;
  std::vector<std::string> adapters;
  std::vector<double> mix;
  std::string task;
  std::string split;
  std::string dtype;
  double utility = 0.0;
  double standard_error = 0.0;
  std::size_t parse_failures = 0;
  task::Measures measures = {};
  std::vector<EvalSample> samples;
  double load_seconds = 0.0;
  double evaluate_seconds = 0.0;  ///< the wall time of all results of one call, shared out evenly
  std::int64_t prompt_tokens = 0;
  std::int64_t prompt_tokens_computed = 0;
  std::int64_t output_tokens = 0;
};

/// The document of docs/running.md: one object, or a list when there are several results.
std::string to_json(std::span<const EvalResult> results);

}  // namespace shoal::results
