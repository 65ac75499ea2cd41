#include "base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "base/handle.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace shoal::log_test {
namespace {

using testing::TempFolder;

/// What `work` writes to standard error.
template <typename Work>
std::string standard_error_of(const TempFolder& folder, Work&& work) {
  {
    const FileDescriptor before(::dup(STDERR_FILENO));
    const FileDescriptor file(::open((folder / "stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    ::dup2(file.value(), STDERR_FILENO);
    work();
    ::dup2(before.value(), STDERR_FILENO);
  }
  return read_text(folder / "stderr");
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

TEST_CASE("a speaking logger writes one plain line when standard error is no terminal", "[log]") {
  const TempFolder folder;
  const std::string text = standard_error_of(folder, [] { make_logger(Verbosity::speaking)->info("hello"); });
  CHECK(ends_with(text, " info hello\n"));
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("a silent logger writes nothing to standard error", "[log]") {
  const TempFolder folder;
  CHECK(standard_error_of(folder, [] { make_logger(Verbosity::silent)->error("hello"); }).empty());
}

TEST_CASE("the log file gets dated lines at once and keeps those of earlier processes", "[log]") {
  const TempFolder folder;
  make_logger(Verbosity::silent, folder / "log.txt")->info("first");
  const auto second = make_logger(Verbosity::silent, folder / "log.txt");
  second->warn("second");
  const std::string text = read_text(folder / "log.txt");  // flushed although the logger is still open
  CHECK(text.find(" info first\n") != std::string::npos);
  CHECK(ends_with(text, " warning second\n"));
  CHECK(text.substr(4, 1) == "-");
}

TEST_CASE("a log file that cannot be opened is a resource error naming it", "[log]") {
  const TempFolder folder;
  write_durably(folder / "file", "");
  const std::string error = testing::error_of([&] { make_logger(Verbosity::silent, folder / "file" / "log.txt"); });
  CHECK(error.rfind("4: cannot write " + (folder / "file" / "log.txt").string() + " (", 0) == 0);
  CHECK(ends_with(error, "Choose another run folder."));
}

}  // namespace shoal::log_test
