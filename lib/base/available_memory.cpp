#include "base/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace shoal {
namespace {

namespace fs = std::filesystem;

/// The number behind `name` in a file of "name number unit" lines.
std::optional<std::int64_t> number_named(const fs::path& file, const std::string& name) {
  std::ifstream in(file);
  for (std::string word; in >> word;) {
    std::int64_t number = 0;
    if (word == name && in >> number) return number;
    in.clear();
  }
  return std::nullopt;
}

/// The only number of a file; none for "max", which means no limit.
std::optional<std::int64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::int64_t number = 0;
  return in >> number ? std::optional(number) : std::nullopt;
}

/// A version of control groups: how the line of /proc/self/cgroup begins, where the tree lies, what its files are
/// called.
struct Hierarchy {
  const char* line;
  const char* folder;
  const char* limit;
  const char* used;
  const char* files;  // of memory.stat: pages of files, which the kernel drops first
};

constexpr Hierarchy hierarchies[] = {
    {"0::/", "", "memory.max", "memory.current", "file"},
    {":memory:/", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "cache"},
};

/// This process's group, relative to the tree.
std::optional<fs::path> own_group(const fs::path& proc, const Hierarchy& kind) {
  std::ifstream in(proc / "self/cgroup");
  const std::string_view begin(kind.line);
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(begin);
    if (at != std::string::npos) return fs::path(line.substr(at + begin.size()));
  }
  return std::nullopt;
}

std::optional<std::int64_t> left_in(const fs::path& folder, const Hierarchy& kind) {
  const auto limit = number_in(folder / kind.limit);
  const auto used = number_in(folder / kind.used);
  if (!limit || !used) return std::nullopt;
  const auto files = number_named(folder / "memory.stat", kind.files).value_or(0);
  return std::max<std::int64_t>(*limit - std::max<std::int64_t>(*used - files, 0), 0);
}

/// The least that the limits of the group and of those around it leave, and at most `most`.
std::int64_t left_in_groups(const fs::path& root, fs::path group, const Hierarchy& kind, std::int64_t most) {
  while (true) {
    most = std::min(most, left_in(root / group, kind).value_or(most));
    if (group.empty()) return most;
    group = group.parent_path();
  }
}

}  // namespace

std::int64_t available_memory(const fs::path& proc, const fs::path& cgroups) {
  std::int64_t left = 1024 * number_named(proc / "meminfo", "MemAvailable:").value_or(0);
  for (const Hierarchy& kind : hierarchies) {
    if (const auto group = own_group(proc, kind)) left = left_in_groups(cgroups / kind.folder, *group, kind, left);
  }
  return left;
}

}  // namespace shoal
