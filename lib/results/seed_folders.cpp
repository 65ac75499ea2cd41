#include "results/seed_folders.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include "base/error.hpp"

namespace shoal::results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "seed-";

std::optional<std::uint64_t> seed_in(const std::string& name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const char* const begin = name.data() + prefix.size();
  const char* const end = name.data() + name.size();
  std::uint64_t seed = 0;
  const auto parsed = std::from_chars(begin, end, seed);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return seed;
}

}  // namespace

fs::path seed_folder(const fs::path& run_dir, std::uint64_t seed) {
  return run_dir / fmt::format("{}{}", prefix, seed);
}

std::vector<fs::path> searches_in(const fs::path& run_dir) {
  std::error_code error;
  if (fs::exists(run_dir / "history.jsonl", error)) return {run_dir};
  std::map<std::uint64_t, fs::path> by_seed;
  for (const auto& entry : fs::directory_iterator(run_dir, error)) {
    const auto seed = seed_in(entry.path().filename().string());
    if (seed && entry.is_directory(error)) by_seed[*seed] = entry.path();
  }
  std::vector<fs::path> folders;
  for (const auto& [seed, folder] : by_seed) folders.push_back(folder);
  if (folders.empty()) folders.push_back(run_dir);
  return folders;
}

std::vector<fs::path> searches_in(const std::vector<std::string>& run_dirs) {
  std::vector<fs::path> folders;
  for (const std::string& run_dir : run_dirs) {
    for (fs::path& folder : searches_in(fs::path(run_dir))) folders.push_back(std::move(folder));
  }
  return folders;
}

void expect_one_search(const fs::path& run_dir) {
  const fs::path first = searches_in(run_dir).front();
  if (first == run_dir) return;
  fail(ExitCode::usage,
       "{} holds the searches of several seeds (one is expected). Name one of its folders, such as {}.",
       run_dir.string(), first.string());
}

}  // namespace shoal::results
