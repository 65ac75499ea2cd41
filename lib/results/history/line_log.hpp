#pragma once

#include <filesystem>
#include <string>

namespace shoal::results {

/// A text file with one line per iteration that survives being killed: lines are made durable before the checkpoint
/// that they belong to counts, and a resumed run first drops a torn last line and everything after its checkpoint.
class LineLog {
 public:
  explicit LineLog(std::filesystem::path path) : path_(std::move(path)) {}

  /// Throws Error{resource}. Durable after sync().
  void append(const std::string& line) const;

  /// Lines appended so far survive a power failure from then on. Callable while others append. Throws Error{resource}.
  void sync() const;

  /// Keeps the first `lines` lines. Throws Error{resource} when fewer complete ones are there: the checkpoint is
  /// younger than the log, which the order of writing excludes.
  void truncate(std::size_t lines) const;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace shoal::results
