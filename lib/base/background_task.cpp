#include "base/background_task.hpp"

#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

namespace shoal {

void BackgroundTask::start(std::function<void()> work) {
  wait();
  const auto shared = std::make_shared<std::function<void()>>(std::move(work));
  try {
    running_ = std::async(std::launch::async, [shared] { (*shared)(); });
  } catch (const std::system_error&) {
    (*shared)();
  }
}

void BackgroundTask::check() {
  using namespace std::chrono_literals;
  if (running_.valid() && running_.wait_for(0s) == std::future_status::ready) running_.get();
}

void BackgroundTask::wait() {
  if (running_.valid()) running_.get();
}

}  // namespace shoal
