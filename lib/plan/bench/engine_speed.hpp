#pragma once

#include <cstdint>

#include "model/parameters/language_model.hpp"

namespace shoal::plan {

/// What the engine does with blocks of random prompts, on `threads` threads at once, each its own block.
struct EngineSpeed {
  double prompt_tokens_per_second = 0.0;  ///< of all threads together, prompts of equal length without common prefix
  double step_seconds = 0.0;              ///< of one decoding step of one block, all threads at work
  double output_tokens_per_second = 0.0;  ///< of all threads together
};

struct EngineLoad {
  int threads = 1;
  std::int64_t prompts = 25;  ///< per block
  std::int64_t prompt_tokens = 100;
  int steps = 20;
};

/// Throws Error{input} when prompts and steps do not fit into the model's context.
EngineSpeed measure_engine(const model::LanguageModel& base, const EngineLoad& load);

}  // namespace shoal::plan
