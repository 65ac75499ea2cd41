#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/handle.hpp"

namespace shoal::results {

/// Keeps two jobs out of one run folder for as long as it lives; the lock goes with the process, however it ends.
class RunLock {
 public:
  /// Throws Error{resource} naming host, process and job of the present owner.
  explicit RunLock(const std::filesystem::path& run_dir);

 private:
  FileDescriptor file_;
};

/// Host, process and job of the present owner as the lock's text; empty when nobody holds it.
std::optional<std::string> lock_owner(const std::filesystem::path& run_dir);

}  // namespace shoal::results
