#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace shoal::tensor {

/// Parses JSON that strangers wrote: one value, no duplicate keys, at most 64 levels deep.
/// Throws Error{input} naming `source`.
nlohmann::json parse_json(std::string_view text, const std::string& source);

}  // namespace shoal::tensor
