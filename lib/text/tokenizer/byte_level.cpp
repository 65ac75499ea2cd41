#include "text/tokenizer/byte_level.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>

namespace shoal::text {

namespace {

// All code points of the alphabet are below U+0800: one or two bytes of UTF-8.
std::string utf8(unsigned code_point) {
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  return {static_cast<char>(0xc0U | (code_point >> 6U)), static_cast<char>(0x80U | (code_point & 0x3fU))};
}

bool printable(unsigned byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

// Printable bytes are themselves, the others follow from U+0100 on.
std::array<std::string, 256> make_alphabet() {
  std::array<std::string, 256> alphabet;
  unsigned next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) alphabet.at(byte) = utf8(printable(byte) ? byte : next++);
  return alphabet;
}

const std::array<std::string, 256>& alphabet() {
  static const auto letters = make_alphabet();
  return letters;
}

std::unordered_map<std::string, char> make_inverse() {
  std::unordered_map<std::string, char> bytes;
  for (unsigned byte = 0; byte < 256; ++byte) bytes[alphabet().at(byte)] = static_cast<char>(byte);
  return bytes;
}

unsigned at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

bool within(unsigned byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

// How a character starts: its length and the range of its second byte (Unicode standard, table 3-7).
struct Lead {
  std::size_t length;
  unsigned low;
  unsigned high;
};

Lead lead(unsigned byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (within(byte, 0xc2, 0xdf)) return {2, 0x80, 0xbf};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (within(byte, 0xe1, 0xef)) return {3, 0x80, 0xbf};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  if (within(byte, 0xf1, 0xf3)) return {4, 0x80, 0xbf};
  return {0, 0, 0};
}

}  // namespace

std::string to_byte_alphabet(std::string_view bytes) {
  std::string letters;
  for (const char byte : bytes) letters += alphabet().at(static_cast<unsigned char>(byte));
  return letters;
}

std::string from_byte_alphabet(std::string_view token) {
  static const auto inverse = make_inverse();
  std::string bytes;
  for (std::size_t i = 0; i < token.size();) {
    const std::size_t length = at(token, i) < 0x80 ? 1 : 2;
    const auto found = inverse.find(std::string(token.substr(i, length)));
    if (found == inverse.end()) return std::string(token);
    bytes += found->second;
    i += length;
  }
  return bytes;
}

std::string repaired_utf8(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size();) {
    const Lead start = lead(at(bytes, i));
    std::size_t good = start.length == 0 ? 0 : 1;
    if (start.length > 1 && within(at(bytes, i + 1), start.low, start.high)) good = 2;
    while (good >= 2 && good < start.length && within(at(bytes, i + good), 0x80, 0xbf)) ++good;
    const bool whole = good > 0 && good == start.length;
    text += whole ? bytes.substr(i, good) : std::string_view("\xef\xbf\xbd");
    i += good > 0 ? good : 1;
  }
  return text;
}

}  // namespace shoal::text
