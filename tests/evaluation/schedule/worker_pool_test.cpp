#include "evaluation/schedule/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <numeric>
#include <stdexcept>

#include "base/error.hpp"
#include "support/error_of.hpp"

namespace worker_pool_test {

using namespace shoal;
using evaluation::WorkerPool;
using shoal::testing::error_of;

namespace {

constexpr std::chrono::milliseconds patience(5);

void rest(WorkerPool& workers) {
  while (!workers.idle()) workers.wait(patience);
}

}  // namespace

TEST_CASE("every task given is worked off exactly once") {
  std::mutex mutex;
  std::vector<std::int64_t> done;
  WorkerPool workers(3, [&](std::int64_t task) {
    const std::lock_guard lock(mutex);
    done.push_back(task);
  });
  for (std::int64_t task = 0; task < 200; ++task) workers.submit(task);
  rest(workers);
  workers.finish();
  std::ranges::sort(done);
  std::vector<std::int64_t> expected(200);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(done == expected);
}

TEST_CASE("threads work side by side: each waits until the other has come") {
  std::latch both(2);
  WorkerPool workers(2, [&](std::int64_t) { both.arrive_and_wait(); });
  workers.submit(0);
  workers.submit(1);
  rest(workers);
  CHECK(both.try_wait());
}

TEST_CASE("hands are free until there is a task for each thread, and again when they are done") {
  std::latch go(1);
  WorkerPool workers(2, [&](std::int64_t) { go.wait(); });
  CHECK(workers.has_idle_workers());
  CHECK(workers.idle());
  workers.submit(0);
  CHECK(workers.has_idle_workers());
  workers.submit(1);
  CHECK_FALSE(workers.has_idle_workers());
  CHECK_FALSE(workers.idle());
  go.count_down();
  rest(workers);
  CHECK(workers.has_idle_workers());
}

TEST_CASE("waiting ends after the patience although no task has been finished") {
  std::latch go(1);
  WorkerPool workers(1, [&](std::int64_t) { go.wait(); });
  workers.submit(0);
  workers.wait(patience);
  CHECK_FALSE(workers.idle());
  go.count_down();
  rest(workers);
}

TEST_CASE("the first exception is kept and the tasks after it are still worked off") {
  std::atomic<int> done{0};
  WorkerPool workers(1, [&](std::int64_t task) {
    ++done;
    if (task > 0) fail(ExitCode::input, "task {} failed.", task);
  });
  for (std::int64_t task = 0; task < 5; ++task) workers.submit(task);
  rest(workers);
  CHECK(workers.failed());
  CHECK(done == 5);
  CHECK(error_of([&] { workers.finish(); }) == "3: task 1 failed.");
  CHECK(error_of([&] { workers.finish(); }) == "3: task 1 failed.");
}

TEST_CASE("exceptions of other kinds come back as they were thrown") {
  WorkerPool workers(2, [](std::int64_t) { throw std::out_of_range("index"); });
  workers.submit(0);
  rest(workers);
  CHECK_THROWS_AS(workers.finish(), std::out_of_range);
}

TEST_CASE("a crew without failures finishes quietly") {
  WorkerPool workers(1, [](std::int64_t) {});
  workers.submit(0);
  rest(workers);
  CHECK_FALSE(workers.failed());
  CHECK_NOTHROW(workers.finish());
}

TEST_CASE("a crew that ends drops the tasks nobody has begun and waits for the others") {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  {
    WorkerPool workers(1, [&](std::int64_t) {
      ++begun;
      begun.notify_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ++ended;
    });
    workers.submit(0);
    begun.wait(0);
    for (std::int64_t task = 1; task < 100; ++task) workers.submit(task);
  }
  CHECK(begun == ended);
  CHECK(begun < 100);
}

}  // namespace worker_pool_test
