#pragma once

#include <chrono>
#include <string>

namespace shoal {

/// Seconds since construction, on a clock that never goes back.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// The present time as ISO 8601 in UTC, for run.json and reports.
std::string timestamp();

}  // namespace shoal
