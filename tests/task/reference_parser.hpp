#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "task/answer_parser.hpp"

/// The rules of the answer parsers once more, slow and plain, as the published Python has them: code point by code
/// point, without regular expressions. Knows the case and the word characters of the alphabet below only.
namespace shoal::testing::reference {

inline std::u32string decoded(std::string_view text) {
  std::u32string points;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      points += static_cast<char32_t>(byte);
    } else if (byte < 0xC0) {
      points.back() = (points.back() << 6U) | (byte & 0x3FU);
    } else {
      points += static_cast<char32_t>(byte & (byte < 0xE0 ? 0x1FU : byte < 0xF0 ? 0x0FU : 0x07U));
    }
  }
  return points;
}

inline bool is_space(char32_t c) { return c == U' ' || c == U'\n' || c == U'\u00A0'; }

inline bool is_word(char32_t c) {
  return c == U'_' || (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || c == U'é' ||
         c == U'É';
}

inline std::u32string lowered(std::u32string text) {
  for (char32_t& c : text) {
    if (c >= U'A' && c <= U'Z') c += 32;
    if (c == U'É') c = U'é';
  }
  return text;
}

inline std::u32string stripped(std::u32string text) {
  while (!text.empty() && is_space(text.back())) text.pop_back();
  while (!text.empty() && is_space(text.front())) text.erase(0, 1);
  return text;
}

/// Whether `needle` occurs in text[begin, end); words are judged by the whole text.
inline bool occurs(const std::u32string& needle, const std::u32string& text, std::size_t begin, std::size_t end,
                   task::Match match) {
  for (std::size_t at = begin; at + needle.size() <= end; ++at) {
    if (text.compare(at, needle.size(), needle) != 0) continue;
    const bool joined_before = at > 0 && is_word(text[at - 1]);
    const bool joined_behind = at + needle.size() < text.size() && is_word(text[at + needle.size()]);
    if (match == task::Match::reference || (!joined_before && !joined_behind)) return true;
  }
  return false;
}

inline std::optional<std::string> choose(const std::vector<task::Choice>& choices, std::string_view output,
                                         task::Match match) {
  const std::u32string text = stripped(decoded(output));
  const std::size_t n = text.size();
  const std::pair<std::size_t, std::size_t> windows[] = {{0, std::min<std::size_t>(n, 5)},
                                                         {n - std::min<std::size_t>(n, 5), n}};
  for (const auto& [begin, end] : windows) {
    for (const task::Choice& choice : choices) {
      if (occurs(decoded(choice.key), text, begin, end, match)) return choice.key;
    }
  }
  for (const task::Choice& choice : choices) {
    if (occurs(lowered(decoded(choice.text)), lowered(text), 0, n, match)) return choice.key;
  }
  return std::nullopt;
}

inline bool contains_gold(std::string_view gold, std::string_view output, task::Match match) {
  const std::u32string text = stripped(decoded(output));
  const std::u32string needle = match == task::Match::word ? stripped(decoded(gold)) : decoded(gold);
  return occurs(needle, text, 0, text.size(), match);
}

}  // namespace shoal::testing::reference
