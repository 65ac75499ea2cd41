#pragma once

#include <cstdint>

namespace shoal::model {

/// How probable a text is after a prompt.
struct Likelihood {
  double log_probability = 0.0;  ///< natural, of the whole text: the sum over its tokens
  std::int64_t tokens = 0;       ///< of the text

  double mean_log_probability() const { return log_probability / static_cast<double>(tokens); }
};

}  // namespace shoal::model
