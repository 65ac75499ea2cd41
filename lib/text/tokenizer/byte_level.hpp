#pragma once

#include <string>
#include <string_view>

namespace shoal::text {

// GPT-2's byte-level alphabet: each of the 256 bytes is one printable Unicode character (bytes_to_unicode in
// github.com/openai/gpt-2/blob/master/src/encoder.py), so that any text can be spelt with 256 letters.

/// Every byte as its character, in UTF-8.
std::string to_byte_alphabet(std::string_view bytes);

/// The bytes that a token spells; a token with any other character (an added token) stands for itself.
std::string from_byte_alphabet(std::string_view token);

/// The same text with each maximal invalid part replaced by U+FFFD, as Rust's String::from_utf8_lossy.
std::string repaired_utf8(std::string_view bytes);

}  // namespace shoal::text
