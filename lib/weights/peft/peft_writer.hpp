#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "weights/model_delta.hpp"

namespace shoal::weights {

struct PeftWriterOptions {
  std::string base_model_name;  ///< base_model_name_or_path of the adapter
  at::ScalarType type;          ///< of the written factors
};

/// Writes low-rank deltas as a PEFT adapter (adapter_config.json, adapter_model.safetensors) that PEFT and vLLM load
/// unchanged. A scale that all layers share becomes lora_alpha = scale * rank where that is a whole number; any other
/// is multiplied into B. Layers of lower rank than r stand in rank_pattern and alpha_pattern. Throws Error{resource}
/// when the folder cannot be written.
void write_peft_adapter(const std::filesystem::path& folder, const ModelDelta& delta, const PeftWriterOptions& options);

}  // namespace shoal::weights
