#include "evaluation/schedule/crew.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <latch>
#include <numeric>
#include <stdexcept>

#include "base/error.hpp"
#include "support/error_of.hpp"

namespace crew_test {

using namespace shoal;
using evaluation::Crew;
using shoal::testing::error_of;

namespace {

constexpr std::chrono::milliseconds patience(5);

void rest(Crew& crew) {
  while (!crew.resting()) crew.wait(patience);
}

}  // namespace

TEST_CASE("every task given is worked off exactly once") {
  std::mutex mutex;
  std::vector<std::int64_t> done;
  Crew crew(3, [&](std::int64_t task) {
    const std::lock_guard lock(mutex);
    done.push_back(task);
  });
  for (std::int64_t task = 0; task < 200; ++task) crew.give(task);
  rest(crew);
  crew.finish();
  std::ranges::sort(done);
  std::vector<std::int64_t> expected(200);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(done == expected);
}

TEST_CASE("threads work side by side: each waits until the other has come") {
  std::latch both(2);
  Crew crew(2, [&](std::int64_t) { both.arrive_and_wait(); });
  crew.give(0);
  crew.give(1);
  rest(crew);
  CHECK(both.try_wait());
}

TEST_CASE("hands are free until there is a task for each thread, and again when they are done") {
  std::latch go(1);
  Crew crew(2, [&](std::int64_t) { go.wait(); });
  CHECK(crew.has_free_hands());
  CHECK(crew.resting());
  crew.give(0);
  CHECK(crew.has_free_hands());
  crew.give(1);
  CHECK_FALSE(crew.has_free_hands());
  CHECK_FALSE(crew.resting());
  go.count_down();
  rest(crew);
  CHECK(crew.has_free_hands());
}

TEST_CASE("waiting ends after the patience although no task has been finished") {
  std::latch go(1);
  Crew crew(1, [&](std::int64_t) { go.wait(); });
  crew.give(0);
  crew.wait(patience);
  CHECK_FALSE(crew.resting());
  go.count_down();
  rest(crew);
}

TEST_CASE("the first exception is kept and the tasks after it are still worked off") {
  std::atomic<int> done{0};
  Crew crew(1, [&](std::int64_t task) {
    ++done;
    if (task > 0) fail(ExitCode::input, "task {} failed.", task);
  });
  for (std::int64_t task = 0; task < 5; ++task) crew.give(task);
  rest(crew);
  CHECK(crew.failed());
  CHECK(done == 5);
  CHECK(error_of([&] { crew.finish(); }) == "3: task 1 failed.");
  CHECK(error_of([&] { crew.finish(); }) == "3: task 1 failed.");
}

TEST_CASE("exceptions of other kinds come back as they were thrown") {
  Crew crew(2, [](std::int64_t) { throw std::out_of_range("index"); });
  crew.give(0);
  rest(crew);
  CHECK_THROWS_AS(crew.finish(), std::out_of_range);
}

TEST_CASE("a crew without failures finishes quietly") {
  Crew crew(1, [](std::int64_t) {});
  crew.give(0);
  rest(crew);
  CHECK_FALSE(crew.failed());
  CHECK_NOTHROW(crew.finish());
}

TEST_CASE("a crew that ends drops the tasks nobody has begun and waits for the others") {
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  {
    Crew crew(1, [&](std::int64_t) {
      ++begun;
      begun.notify_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ++ended;
    });
    crew.give(0);
    begun.wait(0);
    for (std::int64_t task = 1; task < 100; ++task) crew.give(task);
  }
  CHECK(begun == ended);
  CHECK(begun < 100);
}

}  // namespace crew_test
