#pragma once

#include <cstdlib>
#include <filesystem>

namespace shoal::testing {

/// The root of the sources, whose data the tests read: what ctest says, or above this executable, which lies in
/// build/PRESET/tests.
inline std::filesystem::path source_folder() {
  const char* const folder = std::getenv("SHOAL_SOURCE_DIR");
  if (folder != nullptr) return folder;
  const std::filesystem::path tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return tests.parent_path().parent_path().parent_path();
}

inline std::filesystem::path data_folder() { return source_folder() / "tests/data"; }

}  // namespace shoal::testing
