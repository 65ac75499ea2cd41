#include "comm/watchdog/watchdog.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "base/host.hpp"
#include "comm/agree.hpp"
#include "comm/mpi_session.hpp"
#include "comm/watchdog/hang_detector.hpp"
#include "comm/watchdog/heartbeat_socket.hpp"

namespace shoal::comm {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// MPI_Abort may itself wait for what hangs; then this process leaves alone, and the launcher ends the others.
void end_job() {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::seconds(3));
    ::_exit(static_cast<int>(ExitCode::peer));
  }).detach();
  MpiSession::abort(static_cast<int>(ExitCode::peer));
}

/// A number that no other job has; rank 0's on all ranks.
std::uint64_t common_number(const Communicator& comm) {
  std::random_device device;
  const std::uint64_t number = (std::uint64_t{device()} << 32U) | device();
  return std::stoull(comm.broadcast(std::to_string(number)));
}

class ThreadedWatchdog : public Watchdog {
 public:
  ThreadedWatchdog(const Communicator& comm, WatchdogOptions options)
      : liveness_(comm.liveness()),
        options_(std::move(options)),
        limits_(HangLimits::from(options_.patience)),
        interval_(limits_.beat),
        watch_(comm.rank(), comm.all_gather(node_name()), limits_),
        job_(common_number(comm)) {
    agree(comm, [&] { socket_.emplace(); });
    const std::vector<std::string> addresses = comm.all_gather(socket_->address());
    socket_->aim(addresses[static_cast<std::size_t>((comm.rank() + 1) % comm.size())]);
    if (!options_.end) {
      options_.end = [complain = options_.complain](const std::string& sentence) {
        complain(sentence);
        end_job();
      };
    }
    thread_ = std::jthread([this] { run(); });
  }

  ~ThreadedWatchdog() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    closed_.notify_all();
  }

 private:
  void run() {
    while (!told_ && !closing_within(interval_)) tick();
    leaving_ = true;
    // Several times: a farewell that is lost would look like a death.
    for (int i = 0; i < 3; ++i) tell();
  }

  bool closing_within(Seconds time) {
    std::unique_lock lock(mutex_);
    return closed_.wait_for(lock, time, [this] { return closing_; });
  }

  void tick() {
    while (const auto heartbeat = socket_->receive()) {
      if (heartbeat->job == job_) watch_.hear(*heartbeat);
    }
    // While the whole job is suspended nobody gets on, and nobody is to blame: no look counts for more than two.
    const Clock::time_point now = Clock::now();
    watch_.look(liveness_, std::min(Seconds(now - last_look_), 2.0 * interval_).count());
    last_look_ = now;
    tell();
    warn_once();
    if (const auto verdict = watch_.verdict()) {
      told_ = true;
      options_.end(*verdict);
    }
  }

  void tell() {
    Heartbeat heartbeat = watch_.heartbeat();
    heartbeat.job = job_;
    heartbeat.left = leaving_ ? 1 : 0;
    socket_->send(heartbeat);
  }

  void warn_once() {
    const auto rank = watch_.unheard();
    if (!rank || warned_) return;
    warned_ = true;
    options_.warn(
        fmt::format("heartbeats of rank {} do not arrive over UDP: if it hangs, only its own watchdog sees it", *rank));
  }

  Liveness& liveness_;
  WatchdogOptions options_;
  HangLimits limits_;
  Seconds interval_;
  HangDetector watch_;
  std::uint64_t job_;
  std::optional<HeartbeatSocket> socket_;
  Clock::time_point last_look_ = Clock::now();
  bool told_ = false;
  bool warned_ = false;
  bool leaving_ = false;
  std::mutex mutex_;
  std::condition_variable closed_;
  bool closing_ = false;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Watchdog> make_watchdog(const Communicator& comm, WatchdogOptions options) {
  if (comm.size() == 1) return nullptr;
  return std::make_unique<ThreadedWatchdog>(comm, std::move(options));
}

}  // namespace shoal::comm
