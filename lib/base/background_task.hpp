#pragma once

#include <functional>
#include <future>

namespace shoal {

/// At most one piece of work at a time on a thread of its own. What it throws comes out at the next call here.
class BackgroundTask {
 public:
  BackgroundTask() = default;
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;
  /// Waits; a failure that nobody has asked for is lost.
  ~BackgroundTask() = default;

  /// Waits for the work before it, whose failure keeps this one from beginning. Where no thread can be had, the work is
  /// done before this returns.
  void start(std::function<void()> work);

  /// Throws what the work has thrown, if it has ended; does not wait.
  void check();

  /// Waits until nothing is under way.
  void wait();

 private:
  std::future<void> running_;  // of std::async: its destructor waits
};

}  // namespace shoal
