#include "task/scorer/response_cache.hpp"

#include "base/file.hpp"
#include "base/hash.hpp"

namespace shoal::task {

namespace fs = std::filesystem;

fs::path ResponseCache::file_of(const std::string& question) const {
  const std::string digest = sha256(question);
  return folder_ / digest.substr(0, 2) / digest;
}

std::optional<std::string> ResponseCache::find(const std::string& question) const {
  if (folder_.empty()) return std::nullopt;
  const fs::path file = file_of(question);
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return std::nullopt;
  return read_text(file);
}

void ResponseCache::store(const std::string& question, const std::string& reply) const {
  if (folder_.empty()) return;
  const fs::path file = file_of(question);
  make_folders(file.parent_path());
  write_atomically(file, reply);
}

}  // namespace shoal::task
