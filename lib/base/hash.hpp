#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

/// SHA-256 as 64 hexadecimal digits: identifies inputs in run.json and configurations in manifests.
std::string sha256(std::string_view bytes);

/// SHA-256 of a file's content. Throws Error{input}.
std::string sha256_file(const std::filesystem::path& path);

/// XXH3-64: detects damaged checkpoint files. Not cryptographic.
std::uint64_t xxh3(std::string_view bytes);
/// The same of pieces, one after the other.
std::uint64_t xxh3(std::span<const std::string_view> pieces);

}  // namespace shoal
