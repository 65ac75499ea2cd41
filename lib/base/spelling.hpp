#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// The candidate with the smallest edit distance to `word`; ties go to the first. Requires at least one candidate.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// Levenshtein distance in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace shoal
