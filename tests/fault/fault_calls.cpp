// A library for LD_PRELOAD: the n-th call of the C library that changes a file below a folder fails, is cut short, or
// ends the process. Nothing in the product knows about it. The environment says what happens:
//
//   SHOAL_FAULT_UNDER  only calls on files in this folder count
//   SHOAL_FAULT_NAME   … and only those whose path contains this text (default: all)
//   SHOAL_FAULT_CALL   open, write, fsync, rename, link, mkdir, unlink or any (default)
//   SHOAL_FAULT_AT     the first call that counts, from 1
//   SHOAL_FAULT_FOR    how many calls from that one on (default 1)
//   SHOAL_FAULT_DO     kill (before the call), kill_half (half of a write is done), kill_after, power (kill, and what
//   was
//                      not synced is lost), EIO or another errno's name, short (half of a write), sleep (50 ms, then
//                      the call), TERM or USR1 (the signal, then the call), TERM2 (twice)
//   SHOAL_FAULT_LOG    a file to which each fault appends "CALL PATH"; "count" as SHOAL_FAULT_DO logs and does no harm

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string variable(const char* name, const char* otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : text;
}

struct Plan {
  std::string under = variable("SHOAL_FAULT_UNDER", "");
  std::string name = variable("SHOAL_FAULT_NAME", "");
  std::string call = variable("SHOAL_FAULT_CALL", "any");
  std::string action = variable("SHOAL_FAULT_DO", "");
  std::string log = variable("SHOAL_FAULT_LOG", "");
  long first = std::atol(variable("SHOAL_FAULT_AT", "1").c_str());
  long last = first + std::atol(variable("SHOAL_FAULT_FOR", "1").c_str()) - 1;
};

/// The C library's own function of that name.
template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

ssize_t real_write(int file, const void* bytes, std::size_t count) {
  static const auto function = real<ssize_t (*)(int, const void*, std::size_t)>("write");
  return function(file, bytes, count);
}

std::string path_of(int file) {
  std::array<char, PATH_MAX> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
  return {target.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
}

std::string path_at(int folder, const char* name) {
  if (name[0] == '/') return name;
  std::array<char, PATH_MAX> here{};
  const std::string from = folder == AT_FDCWD ? ::getcwd(here.data(), here.size()) : path_of(folder);
  return from + "/" + name;
}

/// What has not reached the disk and goes with the power: bytes of files, and new names in folders that were not
/// synced. (A file that replaced another one is taken as replaced: what was there before is gone from this file
/// system.)
class Unsynced {
 public:
  void wrote(const std::string& path, off_t before) { synced_.try_emplace(path, before); }
  void named(const std::string& path) { names_.push_back({path, {}}); }

  void synced(const std::string& path) {
    synced_.erase(path);
    std::erase_if(names_, [&](const Name& name) { return fs::path(name.path).parent_path() == path; });
  }

  void renamed(const std::string& from, const std::string& to, bool fresh) {
    std::map<std::string, off_t> moved;
    for (const auto& [path, size] : synced_) moved[after(path, from, to)] = size;
    synced_ = std::move(moved);
    std::erase_if(names_, [&](const Name& name) { return name.path == from; });
    for (Name& name : names_) name.path = after(name.path, from, to);
    if (fresh) names_.push_back({to, from});
  }

  void lose() const {
    for (const auto& [path, size] : synced_) static_cast<void>(::truncate(path.c_str(), size));
    std::error_code ignored;
    for (auto name = names_.rbegin(); name != names_.rend(); ++name) {
      if (name->before.empty()) fs::remove_all(name->path, ignored);
      if (!name->before.empty()) fs::rename(name->path, name->before, ignored);
    }
  }

 private:
  struct Name {
    std::string path;
    std::string before;  // its name before it was renamed; empty when it was made
  };

  static std::string after(const std::string& path, const std::string& from, const std::string& to) {
    const bool inside = path == from || path.starts_with(from + "/");
    return inside ? to + path.substr(from.size()) : path;
  }

  std::map<std::string, off_t> synced_;  // bytes that are on the disk, of files with more than that
  std::vector<Name> names_;
};

enum class Verdict { call, half, fail };

class Faults {
 public:
  bool watches(const std::string& path) const {
    return !losing_ && !plan_.under.empty() && (path + "/").starts_with(plan_.under + "/") &&
           path.find(plan_.name) != path.npos;
  }

  /// What to do about a call on a file. May end the process.
  Verdict before(const std::string& call, const std::string& path) {
    ending_ = counts(call, path);
    if (!ending_) return Verdict::call;
    note(call, path);
    if (plan_.action == "kill") die();
    if (plan_.action == "power") lose_power();
    if (plan_.action == "kill_half" || plan_.action == "short") return Verdict::half;
    if (plan_.action == "sleep") rest();
    if (plan_.action == "USR1") ::raise(SIGUSR1);
    if (plan_.action.starts_with("TERM")) ::raise(SIGTERM);
    if (plan_.action == "TERM2") ::raise(SIGTERM);
    if (plan_.action.starts_with("E")) return Verdict::fail;
    return Verdict::call;
  }

  void after() const {
    if (ending_ && plan_.action.starts_with("kill")) die();
  }

  int error() const {
    static const std::map<std::string, int> errors{
        {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EINTR", EINTR}};
    return errors.at(plan_.action);
  }

  Unsynced unsynced;
  std::recursive_mutex mutex;

 private:
  [[noreturn]] static void die() {
    ::kill(::getpid(), SIGKILL);
    while (true) ::pause();
  }

  [[noreturn]] void lose_power() {
    losing_ = true;  // its own calls are no faults
    unsynced.lose();
    die();
  }

  static void rest() {
    const timespec fifty_milliseconds{0, 50'000'000};
    ::nanosleep(&fifty_milliseconds, nullptr);
  }

  bool counts(const std::string& call, const std::string& path) {
    if (plan_.action.empty() || !watches(path) || (plan_.call != "any" && plan_.call != call)) return false;
    ++calls_;
    return calls_ >= plan_.first && calls_ <= plan_.last;
  }

  void note(const std::string& call, const std::string& path) const {
    if (plan_.log.empty()) return;
    static const auto open_file = real<int (*)(const char*, int, ...)>("open");
    const int file = open_file(plan_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    const std::string line = call + " " + path + "\n";
    static_cast<void>(real_write(file, line.data(), line.size()));
    ::close(file);
  }

  Plan plan_;
  long calls_ = 0;
  bool ending_ = false;
  bool losing_ = false;
};

// Never destroyed: files are still written while the process ends.
Faults& faults() {
  static auto* const instance = new Faults;
  return *instance;
}

/// A call that is done whole or not at all.
template <typename Call>
auto guarded(const char* name, const std::string& path, Call call) {
  if (!faults().watches(path)) return call();
  const std::lock_guard lock(faults().mutex);
  if (faults().before(name, path) == Verdict::fail) {
    errno = faults().error();
    return static_cast<decltype(call())>(-1);
  }
  const auto result = call();
  const int error = errno;
  faults().after();
  errno = error;
  return result;
}

off_t size_of(int file) {
  struct stat info {};
  return ::fstat(file, &info) == 0 ? info.st_size : 0;
}

mode_t mode_of(int flags, va_list arguments) { return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0; }

}  // namespace

extern "C" {

// NOLINTBEGIN: these are the C library's names and signatures.
int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  static const auto function = real<int (*)(const char*, int, ...)>("open");
  if ((flags & (O_WRONLY | O_RDWR)) == 0) return function(name, flags, mode);
  const std::string path = path_at(AT_FDCWD, name);
  const bool fresh = ::access(name, F_OK) != 0;
  return guarded("open", path, [&] {
    const int file = function(name, flags, mode);
    if (file >= 0 && fresh && faults().watches(path)) faults().unsynced.named(path);
    return file;
  });
}

ssize_t write(int file, const void* bytes, size_t count) {
  const std::string path = path_of(file);
  if (!faults().watches(path)) return real_write(file, bytes, count);
  const std::lock_guard lock(faults().mutex);
  const off_t before = size_of(file);
  const Verdict verdict = faults().before("write", path);
  if (verdict == Verdict::fail) {
    errno = faults().error();
    return -1;
  }
  const ssize_t written = real_write(file, bytes, verdict == Verdict::half && count > 1 ? count / 2 : count);
  faults().unsynced.wrote(path, before);
  faults().after();
  return written;
}

int fsync(int file) {
  static const auto function = real<int (*)(int)>("fsync");
  const std::string path = path_of(file);
  return guarded("fsync", path, [&] {
    if (faults().watches(path)) faults().unsynced.synced(path);
    return function(file);
  });
}

int rename(const char* from, const char* to) {
  static const auto function = real<int (*)(const char*, const char*)>("rename");
  const std::string target = path_at(AT_FDCWD, to);
  return guarded("rename", target, [&] {
    const bool fresh = ::access(to, F_OK) != 0;
    const int result = function(from, to);
    if (result == 0 && faults().watches(target)) faults().unsynced.renamed(path_at(AT_FDCWD, from), target, fresh);
    return result;
  });
}

int link(const char* from, const char* to) {
  static const auto function = real<int (*)(const char*, const char*)>("link");
  const std::string target = path_at(AT_FDCWD, to);
  return guarded("link", target, [&] {
    const int result = function(from, to);
    if (result == 0 && faults().watches(target)) faults().unsynced.named(target);
    return result;
  });
}

int mkdir(const char* name, mode_t mode) {
  static const auto function = real<int (*)(const char*, mode_t)>("mkdir");
  const std::string path = path_at(AT_FDCWD, name);
  return guarded("mkdir", path, [&] {
    const int result = function(name, mode);
    if (result == 0 && faults().watches(path)) faults().unsynced.named(path);
    return result;
  });
}

int unlink(const char* name) {
  static const auto function = real<int (*)(const char*)>("unlink");
  return guarded("unlink", path_at(AT_FDCWD, name), [&] { return function(name); });
}

int unlinkat(int folder, const char* name, int flags) {
  static const auto function = real<int (*)(int, const char*, int)>("unlinkat");
  return guarded("unlink", path_at(folder, name), [&] { return function(folder, name, flags); });
}

int remove(const char* name) {
  static const auto function = real<int (*)(const char*)>("remove");
  return guarded("unlink", path_at(AT_FDCWD, name), [&] { return function(name); });
}
// NOLINTEND
}
