#include "text/text.hpp"

#include <algorithm>
#include <cstdint>

namespace shoal::text {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Python's str.isspace().
bool is_space(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;  ///< 0: not valid UTF-8
};

CodePoint decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (bytes == 1) return {lead, 1};
  if (bytes == 0 || text.size() < bytes) return {0, 0};
  std::uint32_t value = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text[i])) return {0, 0};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool impossible = (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF;
  return overlong || impossible ? CodePoint{0, 0} : CodePoint{value, bytes};
}

std::size_t start_of_last(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && continues(text[at])) --at;
  return at;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = decode(text);
    if (c.bytes == 0) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

std::string_view strip_left(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = decode(text);
    if (c.bytes == 0 || !is_space(c.value)) break;
    text.remove_prefix(c.bytes);
  }
  return text;
}

std::string_view strip(std::string_view text) {
  text = strip_left(text);
  while (!text.empty()) {
    const std::size_t last = start_of_last(text);
    const CodePoint c = decode(text.substr(last));
    if (c.bytes == 0 || !is_space(c.value)) break;
    text = text.substr(0, last);
  }
  return text;
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !continues(byte); }));
}

std::size_t offset_of_first(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (continues(text[at])) continue;
    if (count == 0) break;
    --count;
  }
  return at;
}

std::size_t offset_of_last(std::string_view text, std::size_t count) {
  const std::size_t total = length(text);
  return total <= count ? 0 : offset_of_first(text, total - count);
}

std::string_view last_words(std::string_view text, std::size_t count) {
  std::size_t at = text.size();
  for (; count > 0; --count) {
    const std::size_t space = at == 0 ? std::string_view::npos : text.rfind(' ', at - 1);
    if (space == std::string_view::npos) return text;
    at = space;
  }
  return text.substr(at + 1);
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace shoal::text
