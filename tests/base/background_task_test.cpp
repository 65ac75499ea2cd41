#include "base/background_task.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <thread>

#include "base/error.hpp"
#include "support/error_of.hpp"

namespace background_task_test {

using namespace shoal;
using shoal::testing::error_of;

namespace {

/// Whether a task that gets no thread does its work before start returns.
bool works_without_threads() {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_NPROC, &none);
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);  // root may always have more
    std::thread::id worker;
    BackgroundTask task;
    task.start([&] { worker = std::this_thread::get_id(); });
    ::_exit(worker == std::this_thread::get_id() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("work is done on another thread while its starter goes on") {
  std::promise<void> go_on;
  std::thread::id worker;
  BackgroundTask task;
  task.start([&] {
    go_on.get_future().wait();
    worker = std::this_thread::get_id();
  });
  go_on.set_value();
  task.wait();
  CHECK(worker != std::thread::id());
  CHECK(worker != std::this_thread::get_id());
}

TEST_CASE("a second piece of work begins when the first has ended") {
  std::promise<void> go_on;
  std::atomic<int> ended = 0;
  BackgroundTask task;
  task.start([&] {
    go_on.get_future().wait();
    ended = 1;
  });
  std::thread releaser([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    go_on.set_value();
  });
  int seen = 0;
  task.start([&] { seen = ended; });
  task.wait();
  releaser.join();
  CHECK(seen == 1);
}

TEST_CASE("a failure comes out once, at the next start, whose work does not begin") {
  BackgroundTask task;
  bool begun = false;
  task.start([] { fail(ExitCode::resource, "full."); });
  CHECK(error_of([&] { task.start([&] { begun = true; }); }) == "4: full.");
  CHECK_FALSE(begun);
  CHECK_NOTHROW(task.wait());
}

TEST_CASE("a failure comes out when the end is waited for") {
  BackgroundTask task;
  task.start([] { fail(ExitCode::resource, "full."); });
  CHECK(error_of([&] { task.wait(); }) == "4: full.");
}

TEST_CASE("checking tells of a failure and does not wait for what is under way") {
  BackgroundTask task;
  CHECK_NOTHROW(task.check());
  std::promise<void> go_on;
  task.start([&] {
    go_on.get_future().wait();
    fail(ExitCode::resource, "full.");
  });
  CHECK_NOTHROW(task.check());
  go_on.set_value();
  std::string error = "none";
  while (error == "none") error = error_of([&] { task.check(); });
  CHECK(error == "4: full.");
}

TEST_CASE("a task that goes out of scope has ended, and a failure nobody asked for does no harm") {
  bool ended = false;
  {
    BackgroundTask task;
    task.start([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ended = true;
      fail(ExitCode::resource, "full.");
    });
  }
  CHECK(ended);
}

TEST_CASE("without a thread the work is done at once") { CHECK(works_without_threads()); }

}  // namespace background_task_test
