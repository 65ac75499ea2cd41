#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shoal {

/// How another program ended, and what it wrote.
struct ProgramResult {
  int exit_code = 0;  ///< 128 + the signal's number when a signal ended it
  std::string output;
  std::string errors;
};

/// Where PATH has this program; empty when it has not.
std::optional<std::filesystem::path> find_program(const std::string& name);

/// The file of the program that is running now.
std::filesystem::path this_program();

/// Runs a program found in PATH (no shell is involved) and waits for it. Throws Error{resource} when it cannot start.
ProgramResult run_program(const std::vector<std::string>& command);

}  // namespace shoal
