#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace shoal {

/// Exit codes of the program; the full meaning of each is in docs/running.md.
enum class ExitCode : int {
  done = 0,
  internal = 1,  ///< a defect of Shoal itself
  usage = 2,     ///< the command line or the configuration is wrong
  input = 3,     ///< a file that it points at is missing, damaged, unsupported or does not fit
  resource = 4,  ///< out of memory or disk, or the run folder cannot be used
  peer = 5,      ///< a peer rank or device failed
  service = 6,   ///< an external service failed for good
  requeue = 85,  ///< stopped early with a valid checkpoint
};

/// What a user is told when something is wrong: one sentence and an exit code.
/// The sentence has the form "<problem> (<why>). <suggestion>".
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

template <typename... Args>
[[noreturn]] void fail(ExitCode code, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(code, fmt::format(format, std::forward<Args>(args)...));
}

/// A broken promise between parts of Shoal (not bad input): ends in exit code 1.
template <typename... Args>
void expect(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) fail(ExitCode::internal, format, std::forward<Args>(args)...);
}

}  // namespace shoal
