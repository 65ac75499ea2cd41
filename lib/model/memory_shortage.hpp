#pragma once

#include <exception>

#include "base/error.hpp"

namespace shoal::model {

/// Whether a caught exception says that memory of the device or of the host did not suffice.
bool is_memory_shortage(const std::exception& error);

/// Does `work`. When memory does not suffice: Error{resource} with this sentence.
template <typename Work>
auto within_memory(const char* sentence, const Work& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    if (!is_memory_shortage(error)) throw;
  }
  fail(ExitCode::resource, "{}", sentence);
}

}  // namespace shoal::model
