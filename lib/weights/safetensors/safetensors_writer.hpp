#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

namespace shoal::weights {

/// Writes tensors as one safetensors file, atomically and durably, in the order of their names; non-contiguous or
/// device tensors are copied first. Throws Error{resource} when the file cannot be written.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors);

}  // namespace shoal::weights
