#define PCRE2_CODE_UNIT_WIDTH 8
#include "text/regex.hpp"

#include <pcre2.h>

#include "base/handle.hpp"

namespace shoal::text {

namespace {

struct MatchDataTraits {
  using Value = pcre2_match_data*;
  static Value empty() { return nullptr; }
  static void close(Value value) { pcre2_match_data_free(value); }
};

PCRE2_SPTR bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

std::optional<Regex> Regex::compile(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE place = 0;
  pcre2_code* const code =
      pcre2_compile(bytes(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP, &error, &place, nullptr);
  if (code == nullptr) return std::nullopt;
  Regex regex;
  regex.code_ = std::shared_ptr<const void>(code, [code](const void*) { pcre2_code_free(code); });
  return regex;
}

std::string Regex::escaped(std::string_view text) {
  std::string pattern;
  for (const char letter : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(letter) != std::string_view::npos) pattern += '\\';
    pattern += letter;
  }
  return pattern;
}

std::vector<Regex::Match> Regex::find_all(std::string_view text) const {
  const auto* const code = static_cast<const pcre2_code*>(code_.get());
  const Handle<MatchDataTraits> data(pcre2_match_data_create_from_pattern(code, nullptr));
  const PCRE2_SIZE* const span = pcre2_get_ovector_pointer(data.value());
  std::vector<Match> matches;
  PCRE2_SIZE from = 0;
  while (pcre2_match(code, bytes(text), text.size(), from, PCRE2_NOTEMPTY, data.value(), nullptr) > 0) {
    matches.push_back({span[0], span[1]});
    from = span[1];
  }
  return matches;
}

}  // namespace shoal::text
