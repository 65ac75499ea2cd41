#pragma once

#include <filesystem>

#include "weights/model_delta.hpp"

namespace shoal::exporter {

/// Writes the base with a delta folded in as a Hugging Face folder: weights in the base's element types, and copies of
/// its configuration and tokenizer files. Throws Error{resource}.
void write_merged_model(const std::filesystem::path& out, const std::filesystem::path& base,
                        const weights::ModelDelta& delta);

}  // namespace shoal::exporter
