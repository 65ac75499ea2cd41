#pragma once

#include <string>

#include "base/error.hpp"

namespace shoal::testing {

/// Runs `work` and returns the Error it threw as "<exit code>: <sentence>"; "none" when it threw nothing.
template <typename Work>
std::string error_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return std::to_string(static_cast<int>(error.code())) + ": " + error.what();
  }
  return "none";
}

}  // namespace shoal::testing
