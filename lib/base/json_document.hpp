#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace shoal {

/// Parses JSON that strangers wrote: one value, no duplicate keys, at most 64 levels deep.
/// Throws Error{input} naming `source`.
nlohmann::json parse_json(std::string_view text, const std::string& source);

/// The same, keeping the keys of objects in the file's order.
nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& source);

/// A name or value from a stranger's file, fit to stand in a sentence: quoted, escaped, not endless.
std::string shown(std::string_view text);

}  // namespace shoal
