#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::io {

/// A row of the final table beside experts, uniform soup and swarm (docs/merging.md).
struct BaselineConfig {
  std::string name;
  std::filesystem::path adapter;  ///< of data_merge: what was trained on all the experts' data
};

/// In the order of the table.
const std::vector<std::string>& baseline_names();

}  // namespace shoal::io
