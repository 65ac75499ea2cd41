#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shoal::text {

/// Text is UTF-8; lengths and windows count Unicode code points, white space is Python's, so that answers are parsed as
/// the published Python code would parse them.

bool is_utf8(std::string_view text);

/// Python's str.lstrip() and str.strip().
std::string_view strip_left(std::string_view text);
std::string_view strip(std::string_view text);

/// Number of code points.
std::size_t length(std::string_view text);

/// Byte offset behind the first `count` code points (text.size() when there are fewer).
std::size_t offset_of_first(std::string_view text, std::size_t count);

/// Byte offset before the last `count` code points (0 when there are fewer).
std::size_t offset_of_last(std::string_view text, std::size_t count);

/// The last `count` words as Python's " ".join(text.split(" ")[-count:]).
std::string_view last_words(std::string_view text, std::size_t count);

/// ASCII lower case, for names of data sets.
std::string lower_ascii(std::string_view text);

}  // namespace shoal::text
