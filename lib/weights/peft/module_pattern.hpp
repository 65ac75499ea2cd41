#pragma once

#include <string>

namespace shoal::weights {

/// PEFT's rule for the keys of rank_pattern and alpha_pattern: the regular expression `(.*\.)?(key)` matches the whole
/// module path (peft.utils.other.get_pattern_key). `source` is named in errors.
/// Throws Error{input} when the key is no regular expression, or one that could take for ever to match.
bool matches_module(const std::string& key, const std::string& module, const std::string& source);

}  // namespace shoal::weights
