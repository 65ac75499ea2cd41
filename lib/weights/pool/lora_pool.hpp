#pragma once

#include <c10/core/Device.h>

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "weights/peft/peft_adapter.hpp"
#include "weights/pool/expert_pool.hpp"
#include "weights/safetensors/safetensors.hpp"
#include "weights/safetensors/weight_source.hpp"

namespace shoal::weights {

/// Opens adapters and checks their headers: every adapted layer exists in the base with fitting shape, and under
/// `factors` all have the same layers, ranks and scales. Throws Error{input} naming the odd one.
std::vector<PeftAdapter> open_adapters(std::span<const std::filesystem::path> folders, const SafetensorsFolder& base,
                                       MergeSpace space);

/// Takes the weights of checked adapters; they are kept and summed on `device`. Under `factors` they come from
/// `source`, one expert after the other; under `delta`, which stacks them piece by piece, every process reads.
std::shared_ptr<const ExpertStore> load_lora_pool(std::span<const PeftAdapter> adapters, MergeSpace space,
                                                  at::Device device = at::Device(at::kCPU),
                                                  const WeightSource& source = {});

}  // namespace shoal::weights
