#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shoal::config {

/// A JSON object as YAML for people: block style for mappings and for lists of texts or mappings; everything else as
/// JSON, which is YAML too.
std::string yaml_of(const nlohmann::ordered_json& object);

}  // namespace shoal::config
