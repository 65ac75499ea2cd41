#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <mutex>
#include <thread>

#include "comm/mpi_communicator.hpp"
#include "comm/serial_communicator.hpp"
#include "comm/watchdog/watchdog.hpp"

namespace watchdog_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

using namespace shoal;
using namespace std::chrono_literals;

namespace {

/// The sentences of a watchdog that does not end the job.
class Sentences {
 public:
  comm::WatchdogOptions options(double patience) {
    comm::WatchdogOptions options;
    options.patience = patience;
    options.end = [this](const std::string& text) {
      const std::lock_guard lock(mutex_);
      text_ += text;
    };
    options.warn = options.end;
    return options;
  }

  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

  /// The sentence, waited for at most 30 s.
  std::string wait() const {
    for (int i = 0; i < 3000 && text().empty(); ++i) std::this_thread::sleep_for(10ms);
    return text();
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace

TEST_CASE("a rank alone has no watchdog") {
  const comm::SerialCommunicator alone;
  CHECK(comm::make_watchdog(alone, {}) == nullptr);
}

TEST_CASE("while all ranks get on, or wait for one that does, nobody is blamed") {
  const auto world = comm::make_world();
  Sentences sentences;
  const auto watchdog = comm::make_watchdog(*world, sentences.options(4.0));
  world->liveness().enter(comm::Phase::evaluating);
  if (world->rank() == 0) {
    for (int i = 0; i < 60; ++i) {
      std::this_thread::sleep_for(100ms);
      world->liveness().beat();
    }
  }
  world->barrier();  // the others have waited for longer than the patience
  CHECK(sentences.text().empty());
  world->barrier();
}

TEST_CASE("a rank whose work stands still is named by its own watchdog, and only that one") {
  const auto world = comm::make_world();
  Sentences sentences;
  const auto watchdog = comm::make_watchdog(*world, sentences.options(2.0));
  world->liveness().enter(comm::Phase::update);
  const int last = world->size() - 1;
  if (world->rank() == last && watchdog) {
    const std::string text = sentences.wait();
    CHECK(text.find("rank " + std::to_string(last) + " on ") == 0);
    CHECK(text.find("(phase: update)") != std::string::npos);
  }
  world->barrier();
  if (world->rank() != last) CHECK(sentences.text().empty());
  world->barrier();
}

TEST_CASE("ranks that all wait are noticed by rank 0") {
  const auto world = comm::make_world();
  Sentences sentences;
  const auto watchdog = comm::make_watchdog(*world, sentences.options(2.0));
  {
    world->liveness().enter(comm::Phase::exchange);
    const comm::Liveness::Waiting waiting(world->liveness());
    const auto until = std::chrono::steady_clock::now() + 8s;
    if (world->rank() == 0 && watchdog) {
      CHECK(sentences.wait().find("no rank has made progress") == 0);
    }
    std::this_thread::sleep_until(until);
  }
  if (world->rank() != 0) CHECK(sentences.text().empty());
  world->barrier();
}

TEST_CASE("a watchdog that has left is not missed") {
  const auto world = comm::make_world();
  Sentences sentences;
  auto watchdog = comm::make_watchdog(*world, sentences.options(4.0));
  std::this_thread::sleep_for(500ms);
  if (world->rank() == 0) watchdog.reset();
  for (int i = 0; i < 40; ++i) {
    std::this_thread::sleep_for(100ms);
    world->liveness().beat();
  }
  CHECK(sentences.text().empty());
  world->barrier();
}

}  // namespace watchdog_mpi_test
