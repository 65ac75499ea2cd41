#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::io {

/// manifest.json of a checkpoint: what its files must be. It carries a check sum of itself, so that a damaged manifest
/// cannot pass for one of another configuration.
struct Manifest {
  struct File {
    std::string name;
    std::uint64_t bytes = 0;
    std::string xxh3;  ///< XXH3-64, 16 hexadecimal digits
  };

  std::string config_hash;
  int iteration = 0;
  std::uint64_t seed = 0;
  double search_seconds = 0.0;
  std::vector<File> files;  ///< state.h5; then, of dense positions, rank-0000.h5, rank-0001.h5, …
};

/// The entry for a file that holds `bytes`.
Manifest::File describe(const std::string& name, const std::string& bytes);

std::string to_json(const Manifest& manifest);

/// Throws Error{input} naming the file when it is missing, damaged, incomplete or of another format.
Manifest read_manifest(const std::filesystem::path& path);

/// The same for a content in pieces.
Manifest::File describe(const std::string& name, std::span<const std::string_view> pieces);

/// Throws Error{input} when one of the manifest's files is not what the manifest says. Keeps nothing in memory.
void check_content(const std::filesystem::path& folder, const Manifest::File& file);

/// The content of one of the manifest's files. Throws Error{input} when it is not what the manifest says.
std::string read_checked(const std::filesystem::path& folder, const Manifest::File& file);

}  // namespace shoal::io
