#include "base/clock.hpp"

#include <catch2/catch.hpp>
#include <ctime>
#include <thread>

namespace shoal::clock_test {

TEST_CASE("timestamp is the present time as ISO 8601 in UTC", "[clock]") {
  const std::time_t before = std::time(nullptr);
  const std::string text = timestamp();
  const std::time_t after = std::time(nullptr);
  std::tm parsed{};
  REQUIRE(::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parsed) == text.c_str() + text.size());
  const std::time_t shown = ::timegm(&parsed);
  CHECK(shown >= before);
  CHECK(shown <= after);
}

TEST_CASE("a stopwatch measures at least the time slept", "[clock]") {
  const Stopwatch watch;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double seconds = watch.seconds();
  CHECK(seconds >= 0.02);
  CHECK(watch.seconds() >= seconds);
}

}  // namespace shoal::clock_test
