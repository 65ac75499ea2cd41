#include "search/stop_signal.hpp"

#include <unistd.h>

#include <array>

#include "base/error.hpp"

namespace shoal::search {
namespace {

constexpr std::array<int, 3> watched{SIGUSR1, SIGUSR2, SIGTERM};

// A signal handler can reach nothing but statics.
volatile std::sig_atomic_t arrived = 0;
volatile std::sig_atomic_t terminations = 0;

void note(int signal) {
  arrived = 1;
  if (signal != SIGTERM) return;
  terminations = terminations + 1;
  if (terminations > 1) ::_exit(static_cast<int>(ExitCode::requeue));
}

}  // namespace

StopSignal::StopSignal() : previous_(watched.size()) {
  arrived = 0;
  terminations = 0;
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < watched.size(); ++i) ::sigaction(watched[i], &action, &previous_[i]);
}

StopSignal::~StopSignal() {
  for (std::size_t i = 0; i < watched.size(); ++i) ::sigaction(watched[i], &previous_[i], nullptr);
}

bool StopSignal::requested() const noexcept { return arrived != 0; }

}  // namespace shoal::search
