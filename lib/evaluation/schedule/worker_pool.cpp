#include "evaluation/schedule/worker_pool.hpp"

#include <utility>

#include "model/threads.hpp"

namespace shoal::evaluation {

WorkerPool::WorkerPool(int threads, std::function<void(std::int64_t)> work) : work_(std::move(work)) {
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (...) {
    close();  // those that did start are waiting for work and would be joined for ever
    throw;
  }
}

WorkerPool::~WorkerPool() { close(); }

void WorkerPool::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  given_.notify_all();
}

bool WorkerPool::has_idle_workers() const {
  const std::lock_guard lock(mutex_);
  return busy_ + waiting_.size() < threads_.size();
}

void WorkerPool::submit(std::int64_t task) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(task);
  }
  given_.notify_one();
}

bool WorkerPool::idle() const {
  const std::lock_guard lock(mutex_);
  return busy_ == 0 && waiting_.empty();
}

bool WorkerPool::failed() const {
  const std::lock_guard lock(mutex_);
  return failure_ != nullptr;
}

void WorkerPool::wait(std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  finished_.wait_for(lock, patience);
}

void WorkerPool::finish() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

std::optional<std::int64_t> WorkerPool::take() {
  std::unique_lock lock(mutex_);
  given_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
  if (closing_) return std::nullopt;
  const std::int64_t task = waiting_.front();
  waiting_.erase(waiting_.begin());
  ++busy_;
  return task;
}

void WorkerPool::done(std::exception_ptr failure) {
  {
    const std::lock_guard lock(mutex_);
    --busy_;
    if (failure && !failure_) failure_ = std::move(failure);
  }
  finished_.notify_all();
}

void WorkerPool::run() {
  model::use_one_kernel_thread();
  while (const auto task = take()) {
    try {
      work_(*task);
      done(nullptr);
    } catch (...) {
      done(std::current_exception());
    }
  }
}

}  // namespace shoal::evaluation
