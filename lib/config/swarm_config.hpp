#pragma once

#include <filesystem>
#include <optional>

#include "config/yaml/yaml_reader.hpp"
#include "swarm/settings.hpp"

namespace shoal::config {

/// What the `swarm` mapping says.
struct SwarmConfig {
  swarm::Settings settings;
  std::optional<std::filesystem::path> warm_start;
  std::optional<std::filesystem::path> event_order;
};

/// The `swarm` mapping of a document: the preset's values, then the keys given; and its `optimiser`. Relative
/// paths are relative to `folder`. Throws Error{usage}.
SwarmConfig read_swarm(YamlMap& document, int experts, const std::filesystem::path& folder);

}  // namespace shoal::config
