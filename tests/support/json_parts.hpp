#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "model/json_file.hpp"
#include "support/temp_folder.hpp"

namespace shoal::testing {

/// A JSON value as the file "part.json" that the model module would read.
inline model::JsonFile as_file(const nlohmann::json& value) {
  const TempFolder folder;
  std::ofstream(folder / "part.json") << value.dump();
  return model::JsonFile(folder / "part.json");
}

}  // namespace shoal::testing
