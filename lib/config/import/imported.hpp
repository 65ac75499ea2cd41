#pragma once

#include <string>
#include <vector>

namespace shoal::config {

/// What an import gives: YAML in our words, and one sentence for each thing that could not be carried over.
struct Imported {
  std::string yaml;
  std::vector<std::string> warnings;
};

}  // namespace shoal::config
