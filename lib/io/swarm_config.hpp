#pragma once

#include "io/yaml_reader.hpp"
#include "swarm/settings.hpp"

namespace shoal::io {

/// The `swarm` mapping of a document: the preset's values, then the keys given; and its `optimiser`. Throws
/// Error{usage}.
swarm::Settings read_swarm(YamlMap& document, int experts);

}  // namespace shoal::io
