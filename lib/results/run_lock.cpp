#include "results/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/host.hpp"

namespace shoal::results {
namespace {

std::string description_of_this_process() {
  const char* job = std::getenv("SLURM_JOB_ID");
  return fmt::format("host {}, process {}, job {}", host_name(), ::getpid(), job == nullptr ? "none" : job);
}

[[noreturn]] void refuse(const std::filesystem::path& run_dir, const std::filesystem::path& path) {
  if (errno != EWOULDBLOCK) {
    // Some cluster file systems have no locks unless they are mounted with them (Lustre: -o flock).
    fail(ExitCode::resource, "run folder {} cannot be locked ({}). Choose an output.run_dir on another file system.",
         run_dir.string(), std::strerror(errno));
  }
  const std::string owner = read_text(path);
  fail(ExitCode::resource, "run folder {} is in use ({}). Wait for it, or choose another output.run_dir.",
       run_dir.string(), owner.empty() ? "by a process that is just starting" : owner);
}

/// Whoever asks for the owner holds the lock for a moment: that must not turn a beginning run away.
bool try_to_lock(int file) {
  using namespace std::chrono_literals;
  constexpr int attempts = 5;
  for (int attempt = 1; ::flock(file, LOCK_EX | LOCK_NB) != 0; ++attempt) {
    if (errno != EWOULDBLOCK || attempt == attempts) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& run_dir) {
  const auto path = run_dir / ".lock";
  file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file_)
    fail(ExitCode::resource, "cannot write {} ({}). Choose another run folder.", path.string(), std::strerror(errno));
  if (!try_to_lock(file_.value())) refuse(run_dir, path);
  const std::string text = description_of_this_process();
  if (::ftruncate(file_.value(), 0) != 0 || ::write(file_.value(), text.data(), text.size()) < 0) {
    fail(ExitCode::resource, "cannot write {} ({}). Free space.", path.string(), std::strerror(errno));
  }
}

std::optional<std::string> lock_owner(const std::filesystem::path& run_dir) {
  const auto path = run_dir / ".lock";
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::flock(file.value(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return std::nullopt;
  return read_text(path);
}

}  // namespace shoal::results
