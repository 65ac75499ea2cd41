#include "results/history/line_log.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace line_log_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

/// The text that `truncate(lines)` leaves of `text`.
std::string truncated(const std::string& text, std::size_t lines) {
  const TempFolder folder;
  write_durably(folder / "history.jsonl", text);
  results::LineLog(folder / "history.jsonl").truncate(lines);
  return read_text(folder / "history.jsonl");
}

}  // namespace

TEST_CASE("lines are appended to what is there") {
  const TempFolder folder;
  const results::LineLog log(folder / "history.jsonl");
  log.append("first");
  log.append("second");
  CHECK(read_text(log.path()) == "first\nsecond\n");
}

TEST_CASE("a log is made durable, and one that is missing is a resource error") {
  const TempFolder folder;
  const results::LineLog log(folder / "history.jsonl");
  CHECK_THAT(error_of([&] { log.sync(); }), StartsWith("4: cannot sync "));
  log.append("first");
  CHECK_NOTHROW(log.sync());
}

TEST_CASE("truncating drops a torn last line and everything after the checkpoint") {
  CHECK(truncated("a\nb\nto", 2) == "a\nb\n");
  CHECK(truncated("a\nb\nc\n", 2) == "a\nb\n");
  CHECK(truncated("a\nb\n", 2) == "a\nb\n");
  CHECK(truncated("a\n\nb\n", 2) == "a\n\n");
  CHECK(truncated("a\nb\n", 0).empty());
}

TEST_CASE("a log that goes on after truncation has no trace of what was dropped") {
  const TempFolder folder;
  write_durably(folder / "h", "a\nb\nto");
  const results::LineLog log(folder / "h");
  log.truncate(1);
  log.append("c");
  CHECK(read_text(folder / "h") == "a\nc\n");
}

TEST_CASE("fewer complete lines than the checkpoint needs are refused with both numbers") {
  const std::string error = error_of([] { truncated("a\nto", 2); });
  CHECK_THAT(error, StartsWith("4: ") && Contains("has 1 lines where the checkpoint needs 2"));
}

TEST_CASE("a missing log is refused unless nothing is needed of it") {
  const TempFolder folder;
  const results::LineLog log(folder / "missing");
  CHECK_NOTHROW(log.truncate(0));
  CHECK_THAT(error_of([&] { log.truncate(1); }), StartsWith("4: ") && Contains("is missing"));
}

TEST_CASE("a log in a folder that is not there is a resource error") {
  const TempFolder folder;
  CHECK(error_of([&] { results::LineLog(folder / "no/such/log").append("x"); }).substr(0, 2) == "4:");
}

}  // namespace line_log_test
