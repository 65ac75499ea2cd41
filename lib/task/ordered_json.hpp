#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shoal::task {

/// Parses a data file that strangers wrote: one JSON value, keys in the order of the file (the order of options), no
/// key twice in one object, at most 64 levels deep. Throws Error{input} naming `source` and, where it is known, the
/// item ("dev item 3").
nlohmann::ordered_json parse_ordered_json(const std::string& text, const std::string& source);

}  // namespace shoal::task
