#pragma once

#include <cstdlib>
#include <filesystem>

namespace shoal::testing {

/// The root of the sources, whose data the tests read.
inline std::filesystem::path source_folder() {
  const char* const folder = std::getenv("SHOAL_SOURCE_DIR");
  return folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
}

inline std::filesystem::path data_folder() { return source_folder() / "tests/data"; }

}  // namespace shoal::testing
