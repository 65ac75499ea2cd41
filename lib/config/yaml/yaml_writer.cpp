#include "config/yaml/yaml_writer.hpp"

#include <nlohmann/json.hpp>

namespace shoal::config {
namespace {

using Json = nlohmann::ordered_json;

void emit(const Json& json, int depth, std::string& out) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  for (const auto& [key, value] : json.items()) {
    const bool nested_list = value.is_array() && !value.empty() && !value[0].is_number();
    if (value.is_object()) {
      out += indent + key + ":\n";
      emit(value, depth + 1, out);
    } else if (nested_list) {
      out += indent + key + ":\n";
      for (const Json& entry : value) out += indent + "  - " + entry.dump() + "\n";
    } else {
      out += indent + key + ": " + value.dump() + "\n";
    }
  }
}

}  // namespace

std::string yaml_of(const Json& object) {
  std::string out;
  emit(object, 0, out);
  return out;
}

}  // namespace shoal::config
