#pragma once

#include <string>

namespace shoal {

/// A JSON value as text, with so many spaces per level (-1: in one line). Bytes that are not UTF-8, of a system's
/// message say, become U+FFFD instead of an error where there is nothing left to refuse.
template <typename Json>
std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace shoal
