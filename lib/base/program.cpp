#include "base/program.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "base/handle.hpp"

extern char** environ;

namespace shoal {
namespace {

namespace fs = std::filesystem;

/// What the program writes goes to files in memory: unlike pipes they never fill up, whatever is read first.
FileDescriptor memory_file(const char* name) {
  FileDescriptor file(::memfd_create(name, MFD_CLOEXEC));
  if (!file) fail(ExitCode::resource, "cannot start another program ({}).", std::strerror(errno));
  return file;
}

std::string content(const FileDescriptor& file) {
  struct stat info {};
  ::fstat(file.value(), &info);
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  const ssize_t read = ::pread(file.value(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
  return text;
}

std::vector<char*> pointers(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

/// The files that a program reads and writes.
struct Streams {
  FileDescriptor input;  ///< empty: that of this process
  FileDescriptor output = memory_file("output");
  FileDescriptor errors = memory_file("errors");
};

/// `flags` as for posix_spawnattr_setflags; with POSIX_SPAWN_SETPGROUP it leads a process group of its own.
pid_t start(const std::vector<std::string>& command, const Streams& streams, short flags) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, flags);
  if (streams.input) ::posix_spawn_file_actions_adddup2(&actions, streams.input.value(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, streams.output.value(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, streams.errors.value(), STDERR_FILENO);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, command.front().c_str(), &actions, &attributes, pointers(command).data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(ExitCode::resource, "cannot start {} ({}).", command.front(), std::strerror(error));
  return child;
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return code_of(status);
}

FileDescriptor memory_file_with(const std::string& text) {
  FileDescriptor file = memory_file("input");
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::pwrite(file.value(), text.data() + written, text.size() - written, static_cast<off_t>(written));
    if (n <= 0) fail(ExitCode::resource, "cannot start another program ({}).", std::strerror(errno));
    written += static_cast<std::size_t>(n);
  }
  return file;
}

/// Set from outside once it runs: posix_spawn has no way to say it before.
void limit(pid_t child, const ProgramLimits& limits) {
  const struct rlimit memory { limits.memory, limits.memory };
  const struct rlimit output { limits.output, limits.output };
  ::prlimit(child, RLIMIT_AS, &memory, nullptr);
  ::prlimit(child, RLIMIT_FSIZE, &output, nullptr);
}

/// Waits until the child ends by itself or has to be stopped, then with all that it has started.
ProgramResult supervise(pid_t child, const ProgramLimits& limits) {
  using namespace std::chrono;
  const auto deadline = steady_clock::now() + duration_cast<steady_clock::duration>(duration<double>(limits.seconds));
  ProgramResult result;
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (limits.cancelled()) result.stopped = Stopped::cancelled;
    if (steady_clock::now() > deadline) result.stopped = Stopped::time;
    if (result.stopped != Stopped::no) {
      ::kill(-child, SIGKILL);
      result.exit_code = wait_for(child);
      return result;
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
  result.exit_code = code_of(status);
  return result;
}

}  // namespace

std::optional<fs::path> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    fs::path file = fs::path(folder) / name;
    std::error_code error;
    if (fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

fs::path this_program() { return fs::read_symlink("/proc/self/exe"); }

ProgramResult run_program(const std::vector<std::string>& command) {
  const Streams streams;
  const int exit_code = wait_for(start(command, streams, 0));
  return {exit_code, content(streams.output), content(streams.errors)};
}

ProgramResult run_program(const std::vector<std::string>& command, const std::string& input,
                          const ProgramLimits& limits) {
  Streams streams;
  streams.input = memory_file_with(input);
  const pid_t child = start(command, streams, POSIX_SPAWN_SETPGROUP);
  limit(child, limits);
  ProgramResult result = supervise(child, limits);
  result.output = content(streams.output);
  result.errors = content(streams.errors);
  return result;
}

}  // namespace shoal
