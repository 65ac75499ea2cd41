#pragma once

#include <filesystem>

#include "tensor/model_delta.hpp"

namespace shoal::search {

/// Writes the base with a delta folded in as a Hugging Face folder: weights in the base's element types, and copies of
/// its configuration and tokenizer files. Throws Error{resource}.
void write_merged_model(const std::filesystem::path& out, const std::filesystem::path& base,
                        const tensor::ModelDelta& delta);

}  // namespace shoal::search
