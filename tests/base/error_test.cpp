#include "base/error.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace shoal::error_test {

TEST_CASE("fail throws an Error with exit code and formatted sentence", "[error]") {
  CHECK(testing::error_of([] { fail(ExitCode::usage, "swarm.{} is {}.", "patience", 0); }) ==
        "2: swarm.patience is 0.");
}

TEST_CASE("expect throws only when the promise is broken, as an internal error", "[error]") {
  CHECK(testing::error_of([] { expect(true, "never said"); }) == "none");
  CHECK(testing::error_of([] { expect(false, "{} of {}", 1, 2); }) == "1: 1 of 2");
}

TEST_CASE("exit codes keep the numbers that users' scripts test for", "[error]") {
  CHECK(static_cast<int>(ExitCode::done) == 0);
  CHECK(static_cast<int>(ExitCode::internal) == 1);
  CHECK(static_cast<int>(ExitCode::usage) == 2);
  CHECK(static_cast<int>(ExitCode::input) == 3);
  CHECK(static_cast<int>(ExitCode::resource) == 4);
  CHECK(static_cast<int>(ExitCode::peer) == 5);
  CHECK(static_cast<int>(ExitCode::service) == 6);
  CHECK(static_cast<int>(ExitCode::requeue) == 85);
}

}  // namespace shoal::error_test
