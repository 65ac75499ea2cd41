#include "task/number_parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace shoal::task {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool ends_operand(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ')' || c == ']' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Behind the digits that start at `at`, groups of three digits after commas included: "1,234" but not "1,2".
std::size_t end_of_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  while (at + 3 < text.size() && text[at] == ',' && std::all_of(&text[at + 1], &text[at + 1] + 3, is_digit) &&
         (at + 4 == text.size() || !is_digit(text[at + 4]))) {
    at += 4;
  }
  return at;
}

std::size_t end_of_number(std::string_view text, std::size_t begin) {
  std::size_t end = end_of_digits(text, begin);
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return end;
}

/// The number's sign counts when nothing stands before it that it could join.
std::size_t with_sign(std::string_view text, std::size_t begin) {
  if (begin == 0 || (text[begin - 1] != '-' && text[begin - 1] != '+')) return begin;
  return begin >= 2 && ends_operand(text[begin - 2]) ? begin : begin - 1;
}

std::optional<double> value_of(std::string number) {
  std::erase(number, ',');
  if (number.starts_with('+')) number.erase(0, 1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  return error == std::errc() && end == number.data() + number.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::string> last_number(std::string_view text) {
  std::optional<std::string> last;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    const std::size_t end = end_of_number(text, at);
    const std::size_t begin = with_sign(text, at);
    last = std::string(text.substr(begin, end - begin));
    at = end;
  }
  return last;
}

NumberParser::NumberParser(std::string_view gold) {
  if (const auto number = last_number(gold)) gold_ = value_of(*number);
}

bool NumberParser::matches(std::string_view output) const {
  const auto number = last_number(output);
  return number && gold_ && value_of(*number) == gold_;
}

}  // namespace shoal::task
