#include "task/response_cache.hpp"

#include <unistd.h>

#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"

namespace shoal::task {

namespace fs = std::filesystem;

fs::path ResponseCache::file_of(const std::string& question) const {
  const std::string digest = sha256(question);
  return folder_ / digest.substr(0, 2) / digest;
}

std::optional<std::string> ResponseCache::find(const std::string& question) const {
  std::error_code error;
  if (folder_.empty() || !fs::is_regular_file(file_of(question), error)) return std::nullopt;
  return read_text(file_of(question));
}

void ResponseCache::store(const std::string& question, const std::string& reply) const {
  if (folder_.empty()) return;
  const fs::path target = file_of(question);
  make_folders(target.parent_path());
  // A name of its own for every writer, so that two who got the same reply do not write into one file.
  const auto thread = std::hash<std::thread::id>{}(std::this_thread::get_id());
  const fs::path temporary = target.string() + fmt::format(".{}-{:x}", ::getpid(), thread);
  write_durably(temporary, reply);
  std::error_code error;
  fs::rename(temporary, target, error);
  if (error) fail(ExitCode::resource, "cannot write {} ({}).", target.string(), error.message());
}

}  // namespace shoal::task
