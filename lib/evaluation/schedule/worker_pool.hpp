#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace shoal::evaluation {

/// The worker threads of one rank. Each works off one task at a time with single-threaded kernels; the driving thread
/// hands out the task numbers and is the only one that talks to other ranks.
class WorkerPool {
 public:
  /// `work` runs on several threads at once. The first exception it throws is kept for `finish`.
  WorkerPool(int threads, std::function<void(std::int64_t)> work);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  /// Whether a thread is free that no task has been given for.
  bool has_idle_workers() const;
  void submit(std::int64_t task);
  bool idle() const;  ///< no task is waiting or being worked on
  bool failed() const;

  /// Blocks until a thread has finished a task, at most `patience`.
  void wait(std::chrono::microseconds patience);

  /// Rethrows the first failure of `work`, if any. Call when resting.
  void finish() const;

 private:
  void run();
  void close();
  std::optional<std::int64_t> take();
  void done(std::exception_ptr failure);

  std::function<void(std::int64_t)> work_;
  mutable std::mutex mutex_;
  std::condition_variable given_;
  std::condition_variable finished_;
  std::vector<std::int64_t> waiting_;
  std::size_t busy_ = 0;
  bool closing_ = false;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace shoal::evaluation
