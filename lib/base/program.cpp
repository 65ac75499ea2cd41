#include "base/program.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

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

pid_t start(const std::vector<std::string>& command, const FileDescriptor& output, const FileDescriptor& errors) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, output.value(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.value(), STDERR_FILENO);
  pid_t child = 0;
  const int error =
      ::posix_spawnp(&child, command.front().c_str(), &actions, nullptr, pointers(command).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(ExitCode::resource, "cannot start {} ({}).", command.front(), std::strerror(error));
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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
  const FileDescriptor output = memory_file("output");
  const FileDescriptor errors = memory_file("errors");
  const int exit_code = wait_for(start(command, output, errors));
  return {exit_code, content(output), content(errors)};
}

}  // namespace shoal
