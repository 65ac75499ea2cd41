#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "weights/pool/expert_pool.hpp"
#include "weights/safetensors/safetensors.hpp"

namespace shoal::weights {

/// Opens full fine-tunes and checks that each has exactly the base's parameters in the base's shapes.
/// Throws Error{input} naming the odd one.
std::vector<SafetensorsFolder> open_full_models(std::span<const std::filesystem::path> folders,
                                                const SafetensorsFolder& base);

/// Throws Error{input} when a parameter holds NaN or infinities.
void check_finite(const SafetensorsFolder& model, const std::string& name);

/// Weights stay in their files' memory mappings; sums read them from there. Every share.of-th model is looked through
/// for weights that are not finite (Error{input}).
std::shared_ptr<const ExpertStore> load_full_model_pool(std::vector<SafetensorsFolder> models, const Share& share);

}  // namespace shoal::weights
