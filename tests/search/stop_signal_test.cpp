#include "search/stop_signal.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <thread>

namespace stop_signal_test {

using shoal::search::StopSignal;

namespace {

bool requested_after(int signal) {
  const StopSignal stop;
  ::raise(signal);
  return stop.requested();
}

volatile std::sig_atomic_t seen_by_others = 0;
void other_handler(int) { seen_by_others = 1; }

/// Exit status of a child process that runs `work`, which must not return; negative when a signal ended it.
template <typename Work>
int status_of_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("nothing is requested before a signal arrives") {
  const StopSignal stop;
  CHECK_FALSE(stop.requested());
}

TEST_CASE("each watched signal asks for a stop") {
  CHECK(requested_after(SIGUSR1));
  CHECK(requested_after(SIGUSR2));
  CHECK(requested_after(SIGTERM));
}

TEST_CASE("a request is seen by other threads") {
  const StopSignal stop;
  ::raise(SIGUSR1);
  bool seen = false;
  std::thread([&] { seen = stop.requested(); }).join();
  CHECK(seen);
}

TEST_CASE("a new watch forgets what the one before has seen") {
  CHECK(requested_after(SIGTERM));
  const StopSignal stop;
  CHECK_FALSE(stop.requested());
}

TEST_CASE("earlier signal handlers come back at the end") {
  const auto before = ::signal(SIGUSR1, other_handler);
  { const StopSignal stop; }
  ::raise(SIGUSR1);
  CHECK(seen_by_others == 1);
  ::signal(SIGUSR1, before);
}

TEST_CASE("a second SIGTERM leaves at once with the code for requeueing") {
  const int status = status_of_child([] {
    const StopSignal stop;
    ::raise(SIGTERM);
    ::raise(SIGTERM);
    ::_exit(1);
  });
  CHECK(status == 85);
}

TEST_CASE("SIGUSR1 may come any number of times, even before a SIGTERM") {
  const int status = status_of_child([] {
    const StopSignal stop;
    for (int i = 0; i < 3; ++i) ::raise(SIGUSR1);
    ::raise(SIGTERM);
    ::_exit(stop.requested() ? 7 : 1);
  });
  CHECK(status == 7);
}

TEST_CASE("after the watch SIGTERM ends the process as usual") {
  const int status = status_of_child([] {
    ::signal(SIGTERM, SIG_DFL);
    { const StopSignal stop; }
    ::raise(SIGTERM);
  });
  CHECK(status == -SIGTERM);
}

}  // namespace stop_signal_test
