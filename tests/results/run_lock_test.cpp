#include "results/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "base/handle.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace run_lock_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

std::string lock_error(const std::filesystem::path& folder) {
  return error_of([&] { const results::RunLock lock(folder); });
}

}  // namespace

TEST_CASE("a second holder is refused and told who the first one is") {
  const TempFolder folder;
  ::setenv("SLURM_JOB_ID", "4711", 1);
  const results::RunLock lock(folder.path());
  ::unsetenv("SLURM_JOB_ID");
  const std::string error = lock_error(folder.path());
  CHECK_THAT(error, StartsWith("4: run folder " + folder.path().string() + " is in use (host "));
  CHECK_THAT(error, Contains("process " + std::to_string(::getpid())) && Contains("job 4711"));
}

TEST_CASE("outside a job the owner has none") {
  const TempFolder folder;
  ::unsetenv("SLURM_JOB_ID");
  const results::RunLock lock(folder.path());
  CHECK_THAT(lock_error(folder.path()), Contains("job none"));
}

TEST_CASE("a refused holder does not overwrite the owner's name") {
  const TempFolder folder;
  const results::RunLock lock(folder.path());
  const std::string first = lock_error(folder.path());
  CHECK(lock_error(folder.path()) == first);
}

TEST_CASE("the folder is free again when its owner ends") {
  const TempFolder folder;
  { const results::RunLock lock(folder.path()); }
  CHECK(lock_error(folder.path()) == "none");
}

TEST_CASE("a lock moves to its new owner and goes with it") {
  const TempFolder folder;
  std::optional<results::RunLock> first(std::in_place, folder.path());
  std::optional<results::RunLock> second(std::move(*first));
  first.reset();
  CHECK_THAT(lock_error(folder.path()), Contains("is in use"));
  second.reset();
  CHECK(lock_error(folder.path()) == "none");
}

TEST_CASE("a killed process leaves no lock behind") {
  const TempFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const results::RunLock lock(folder.path());
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(lock_error(folder.path()) == "none");
}

TEST_CASE("two folders are locked independently") {
  const TempFolder one;
  const TempFolder other;
  const results::RunLock lock(one.path());
  CHECK(lock_error(other.path()) == "none");
}

TEST_CASE("a lock in a folder that is not there is a resource error") {
  const TempFolder folder;
  CHECK_THAT(lock_error(folder / "missing"), StartsWith("4: cannot write "));
}

TEST_CASE("whoever asks for the owner is told who it is, or that there is none") {
  const TempFolder folder;
  CHECK_FALSE(results::lock_owner(folder.path()));
  {
    const results::RunLock lock(folder.path());
    CHECK_THAT(results::lock_owner(folder.path()).value(), Contains("process " + std::to_string(::getpid())));
  }
  CHECK_FALSE(results::lock_owner(folder.path()));
}

TEST_CASE("a lock that somebody holds for a moment, to see whether it is free, is waited for") {
  const TempFolder folder;
  { const results::RunLock lock(folder.path()); }
  const FileDescriptor file(::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(file.value(), LOCK_SH) == 0);
  std::thread asker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    ::flock(file.value(), LOCK_UN);
  });
  CHECK(lock_error(folder.path()) == "none");
  asker.join();
}

}  // namespace run_lock_test
