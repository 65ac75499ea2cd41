#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/result/eval_result.hpp"

namespace shoal::search {

/// The options of `shoal eval`.
struct EvalOptions {
  std::string model;
  std::string task;
  std::string split = "dev";
  std::vector<std::string> adapters;
  std::vector<double> mix;
  std::string merge_space = "factors";  ///< factors, delta; or tokens: the experts answer together
  std::string mixture;                  ///< a token mixture's file, instead of model, adapters, mix and merge_space
  std::string dtype = "auto";
  std::string adapter_form = "separate";  ///< separate, folded
  std::optional<std::size_t> limit;
  std::optional<int> threads;
  bool early_exit = true;
  bool prefix_sharing = true;
};

/// Scores the base (no adapters), an affine mix of the adapters (one weight each), or each adapter on its own; one
/// result per model scored. Under `tokens` the adapters may be whole models too. Throws Error{usage} when weights and
/// adapters do not pair up, Error{input} for files.
std::vector<results::EvalResult> evaluate_models(const EvalOptions& options);

}  // namespace shoal::search
