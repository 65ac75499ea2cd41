#pragma once

#include <c10/core/Device.h>

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "tensor/expert_pool.hpp"
#include "tensor/peft_adapter.hpp"
#include "tensor/safetensors.hpp"

namespace shoal::tensor {

/// Opens adapters and checks their headers: every adapted layer exists in the base with fitting shape, and under
/// `factors` all have the same layers, ranks and scales. Throws Error{input} naming the odd one.
std::vector<PeftAdapter> open_adapters(std::span<const std::filesystem::path> folders, const SafetensorsFolder& base,
                                       MergeSpace space);

/// Reads the weights of checked adapters; they are kept and summed on `device`.
std::shared_ptr<const ExpertStore> load_lora_pool(std::span<const PeftAdapter> adapters, MergeSpace space,
                                                  at::Device device = at::Device(at::kCPU));

}  // namespace shoal::tensor
