#pragma once

#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace shoal::weights {

/// Where one tensor lies in a safetensors file.
struct TensorEntry {
  at::ScalarType type;
  std::vector<std::int64_t> shape;
  std::size_t begin;  ///< bytes from the start of the data section
  std::size_t end;
};

struct SafetensorsHeader {
  std::size_t data_start;  ///< bytes from the start of the file
  std::map<std::string, TensorEntry> entries;
};

/// Reads and checks the header of a whole safetensors file: its size, JSON, dtypes, shapes, and data that is covered
/// once and without holes. `path` is named in errors. Throws Error{input} with the first thing that is wrong.
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> bytes, const std::filesystem::path& path);

}  // namespace shoal::weights
