#include "task/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cctype>
#include <string>

#include "base/error.hpp"
#include "base/handle.hpp"

namespace shoal::task {
namespace {

struct MatchTraits {
  using Value = pcre2_match_data*;
  static Value empty() { return nullptr; }
  static void close(Value value) { pcre2_match_data_free(value); }
};

/// Every character that means something in a pattern loses that meaning.
std::string escaped(std::string_view literal) {
  std::string text;
  for (const char c : literal) {
    const bool plain = static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (!plain) text += '\\';
    text += c;
  }
  return text;
}

const pcre2_code* code_of(const std::shared_ptr<const void>& pointer) {
  return static_cast<const pcre2_code*>(pointer.get());
}

}  // namespace

Pattern::Pattern(std::string_view literal, Boundary boundary, Case sensitivity) {
  std::string expression = escaped(literal);
  if (boundary == Boundary::whole_word) expression = R"((?<![\p{L}\p{N}_]))" + expression + R"((?![\p{L}\p{N}_]))";
  const std::uint32_t options =
      PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | (sensitivity == Case::insensitive ? PCRE2_CASELESS : 0U);
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), options, &error,
                                   &offset, nullptr);
  expect(code != nullptr, "the text pattern {} does not compile.", expression);
  code_ = std::shared_ptr<const void>(code, [code](const void*) { pcre2_code_free(code); });
}

std::optional<Pattern::Span> Pattern::find(std::string_view text, std::size_t from) const {
  const Handle<MatchTraits> match(pcre2_match_data_create_from_pattern(code_of(code_), nullptr));
  const int count = pcre2_match(code_of(code_), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, 0,
                                match.value(), nullptr);
  if (count == PCRE2_ERROR_NOMATCH) return std::nullopt;
  expect(count > 0, "matching a text pattern failed with PCRE2 code {}.", count);
  const PCRE2_SIZE* span = pcre2_get_ovector_pointer(match.value());
  return Span{span[0], span[1]};
}

}  // namespace shoal::task
