#include "evaluation/schedule/crew.hpp"

#include <utility>

#include "model/threads.hpp"

namespace shoal::evaluation {

Crew::Crew(int threads, std::function<void(std::int64_t)> work) : work_(std::move(work)) {
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (...) {
    close();  // those that did start are waiting for work and would be joined for ever
    throw;
  }
}

Crew::~Crew() { close(); }

void Crew::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  given_.notify_all();
}

bool Crew::has_free_hands() const {
  const std::lock_guard lock(mutex_);
  return busy_ + waiting_.size() < threads_.size();
}

void Crew::give(std::int64_t task) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(task);
  }
  given_.notify_one();
}

bool Crew::resting() const {
  const std::lock_guard lock(mutex_);
  return busy_ == 0 && waiting_.empty();
}

bool Crew::failed() const {
  const std::lock_guard lock(mutex_);
  return failure_ != nullptr;
}

void Crew::wait(std::chrono::microseconds patience) {
  std::unique_lock lock(mutex_);
  finished_.wait_for(lock, patience);
}

void Crew::finish() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

std::optional<std::int64_t> Crew::take() {
  std::unique_lock lock(mutex_);
  given_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
  if (closing_) return std::nullopt;
  const std::int64_t task = waiting_.front();
  waiting_.erase(waiting_.begin());
  ++busy_;
  return task;
}

void Crew::done(std::exception_ptr failure) {
  {
    const std::lock_guard lock(mutex_);
    --busy_;
    if (failure && !failure_) failure_ = std::move(failure);
  }
  finished_.notify_all();
}

void Crew::run() {
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
