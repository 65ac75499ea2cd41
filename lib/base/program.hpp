#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace shoal {

/// What ended a program before it ended by itself.
enum class Stopped { no, time, cancelled };

/// How another program ended, and what it wrote.
struct ProgramResult {
  int exit_code = 0;  ///< 128 + the signal's number when a signal ended it
  std::string output;
  std::string errors;
  Stopped stopped = Stopped::no;
};

/// What a program that is not trusted to end may use.
struct ProgramLimits {
  double seconds = 60.0;                       ///< of real time; then it is killed, with all that it has started
  std::size_t memory = std::size_t{4} << 30;   ///< bytes of address space
  std::size_t output = std::size_t{64} << 20;  ///< bytes written to any file; more ends it by a signal
  std::function<bool()> cancelled = [] { return false; };  ///< polled; true: killed
};

/// Where PATH has this program; empty when it has not.
std::optional<std::filesystem::path> find_program(const std::string& name);

/// The file of the program that is running now.
std::filesystem::path this_program();

/// Runs a program found in PATH (no shell is involved) and waits for it. Throws Error{resource} when it cannot start.
ProgramResult run_program(const std::vector<std::string>& command);

/// The same with `input` as its standard input and under limits.
ProgramResult run_program(const std::vector<std::string>& command, const std::string& input,
                          const ProgramLimits& limits);

}  // namespace shoal
