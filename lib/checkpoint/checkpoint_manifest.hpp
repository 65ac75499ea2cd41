#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace shoal::checkpoint {

/// manifest.json of a checkpoint: what its files must be. It carries a check sum of itself, so that a damaged manifest
/// cannot pass for one of another configuration or of a newer version.
struct Manifest {
  struct File {
    std::string name;  ///< within the checkpoint's folder; without separators
    std::uint64_t bytes = 0;
    std::string xxh3;            ///< XXH3-64, 16 hexadecimal digits
    std::string kind = "state";  ///< what is in it: the one "state", or a rank's "dense" or "reached" positions
    std::optional<int> rank{};   ///< the rank that wrote it; empty for what all ranks share
  };

  std::string config_hash;
  int iteration = 0;
  std::uint64_t seed = 0;
  double search_seconds = 0.0;
  std::vector<File> files;  ///< state.h5; then, of dense positions, what each rank has written

  /// The file with what all ranks share. Throws std::out_of_range; a manifest that was read has exactly one.
  const File& state() const;
};

/// A manifest that is intact and newer than this version: the work in it must not be passed over for an older one.
class NewerFormat : public Error {
 public:
  using Error::Error;
};

/// The entry for a file that holds `bytes`.
Manifest::File describe(const std::string& name, const std::string& bytes);

std::string to_json(const Manifest& manifest);

/// Reads this version's format and those before it. Throws NewerFormat (exit code input) for a later one,
/// Error{input} naming the file when it is missing, damaged or incomplete.
Manifest read_manifest(const std::filesystem::path& path);

/// The same for what a rank has written, in pieces.
Manifest::File describe(const std::string& name, const std::string& kind, int rank,
                        std::span<const std::string_view> pieces);

/// A list of files as it stands in a manifest, and back. Throws Error{input} naming `source`.
std::string files_to_json(std::span<const Manifest::File> files);
std::vector<Manifest::File> files_from_json(const std::string& text, const std::string& source);

/// Throws Error{input} when one of the manifest's files is not what the manifest says. Keeps nothing in memory.
void check_content(const std::filesystem::path& folder, const Manifest::File& file);

/// The content of one of the manifest's files. Throws Error{input} when it is not what the manifest says.
std::string read_checked(const std::filesystem::path& folder, const Manifest::File& file);

}  // namespace shoal::checkpoint
