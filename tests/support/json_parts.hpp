#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/json_file.hpp"
#include "support/temp_folder.hpp"

namespace shoal::testing {

/// A JSON value as the file "part.json" that the model module would read.
inline JsonFile as_file(const nlohmann::json& value) {
  const TempFolder folder;
  std::ofstream(folder / "part.json") << value.dump();
  return JsonFile(folder / "part.json");
}

}  // namespace shoal::testing
