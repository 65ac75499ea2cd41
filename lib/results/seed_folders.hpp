#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace shoal::results {

/// Where the search with one of several seeds has its run folder: RUN_DIR/seed-7.
std::filesystem::path seed_folder(const std::filesystem::path& run_dir, std::uint64_t seed);

/// The run folders that a folder stands for: those of its seeds, ascending, when it has no history of its own; else
/// itself.
std::vector<std::filesystem::path> searches_in(const std::filesystem::path& run_dir);

/// The same for several, one after the other.
std::vector<std::filesystem::path> searches_in(const std::vector<std::string>& run_dirs);

/// For what needs one search: throws Error{usage} when the folder stands for those of several seeds, naming the first.
void expect_one_search(const std::filesystem::path& run_dir);

}  // namespace shoal::results
