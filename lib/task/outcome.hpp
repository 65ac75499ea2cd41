#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace shoal::task {

/// Something that a score was made of, for whoever looks at single examples.
struct Detail {
  std::string name;
  std::variant<double, std::string> value;
};

/// What became of one answer.
struct Outcome {
  double score = 0.0;                 ///< in [0, 1]
  bool parsed = false;                ///< an answer could be read off the output
  std::optional<std::string> answer;  ///< the chosen key, or the text that was compared with the gold string
  std::string target;
  std::vector<Detail> details = {};
};

}  // namespace shoal::task
