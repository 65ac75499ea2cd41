#include "base/program.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "support/error_of.hpp"

namespace program_test {

using namespace shoal;
using shoal::testing::error_of;

namespace {

ProgramResult sh(const std::string& script, const ProgramLimits& limits = {}, const std::string& input = "") {
  return run_program({"sh", "-c", script}, input, limits);
}

}  // namespace

TEST_CASE("output, errors and exit code of a program are told apart", "[program]") {
  const ProgramResult result = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"});
  CHECK(result.output == "out\n");
  CHECK(result.errors == "err\n");
  CHECK(result.exit_code == 3);
  CHECK(run_program({"sh", "-c", "kill -9 $$"}).exit_code == 128 + 9);
}

TEST_CASE("a program that is not there is an error", "[program]") {
  CHECK(error_of([] { run_program({"no-such-program-here"}); }).starts_with("4: "));
  CHECK(error_of([] { run_program({"no-such-program-here"}, "", {}); }).starts_with("4: "));
  CHECK_FALSE(find_program("no-such-program-here"));
  CHECK(find_program("sh"));
}

TEST_CASE("a program reads its input", "[program]") {
  const std::string megabyte(1 << 20, 'x');
  CHECK(sh("cat", {}, megabyte).output == megabyte);
}

TEST_CASE("a program that takes too long is killed with what it has started", "[program]") {
  ProgramLimits limits;
  limits.seconds = 0.2;
  const auto begin = std::chrono::steady_clock::now();
  const ProgramResult result = sh("sleep 60 & sleep 60", limits);
  CHECK(result.stopped == Stopped::time);
  CHECK(result.exit_code == 128 + 9);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("a program is killed when nobody waits for it any more", "[program]") {
  ProgramLimits limits;
  limits.cancelled = [] { return true; };
  CHECK(sh("sleep 60", limits).stopped == Stopped::cancelled);
}

TEST_CASE("a program that writes without end is ended", "[program]") {
  ProgramLimits limits;
  limits.output = 10'000;
  const ProgramResult result = sh("sleep 0.2; while true; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", limits);
  CHECK(result.exit_code != 0);
  CHECK(result.output.size() <= 10'000);
}

}  // namespace program_test
