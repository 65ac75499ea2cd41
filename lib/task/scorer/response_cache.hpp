#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace shoal::task {

/// Replies of a service on disk, by what was asked: nothing that was paid for is asked twice, not by a resumed search
/// and not by another rank. Safe to use from several processes at once. Keys (secrets) are no part of it.
class ResponseCache {
 public:
  /// An empty folder: nothing is kept.
  explicit ResponseCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::optional<std::string> find(const std::string& question) const;

  /// Throws Error{resource}.
  void store(const std::string& question, const std::string& reply) const;

 private:
  std::filesystem::path file_of(const std::string& question) const;

  std::filesystem::path folder_;
};

}  // namespace shoal::task
