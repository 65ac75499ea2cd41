#include "task/answer_parser.hpp"

#include "text/text.hpp"

namespace shoal::task {
namespace {

constexpr std::size_t window = 5;  // characters at either end in which an option key counts

Boundary boundary_of(Match match) { return match == Match::word ? Boundary::whole_word : Boundary::anywhere; }

/// Whether an occurrence lies within [begin, end) bytes; boundaries are judged by the whole text.
bool occurs_within(const Pattern& pattern, std::string_view text, std::size_t begin, std::size_t end) {
  const auto span = pattern.find(text, begin);
  return span && span->end <= end;
}

/// What a text that is still growing can be trusted for: an unfinished character at its end is decoded as U+FFFD for
/// now.
std::string_view without_unfinished_end(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  while (text.ends_with(replacement)) text.remove_suffix(replacement.size());
  return text;
}

}  // namespace

ChoiceParser::ChoiceParser(const std::vector<Choice>& choices, Match match) : match_(match) {
  for (const Choice& choice : choices) {
    Option option{choice.key, Pattern(choice.key, boundary_of(match), Case::sensitive), std::nullopt};
    if (!choice.text.empty()) option.text_pattern = Pattern(choice.text, boundary_of(match), Case::insensitive);
    options_.push_back(std::move(option));
  }
}

std::optional<std::string> ChoiceParser::parse(std::string_view output) const {
  const std::string_view text = text::strip(output);
  const std::size_t first = text::offset_of_first(text, window);
  for (const Option& option : options_) {
    if (occurs_within(option.key_pattern, text, 0, first)) return option.key;
  }
  const std::size_t last = text::offset_of_last(text, window);
  for (const Option& option : options_) {
    if (occurs_within(option.key_pattern, text, last, text.size())) return option.key;
  }
  for (const Option& option : options_) {
    if (option.text_pattern && option.text_pattern->find(text)) return option.key;
  }
  return std::nullopt;
}

bool ChoiceParser::settled(std::string_view output) const {
  const std::string_view text = without_unfinished_end(text::strip_left(output));
  // Only the first window is ever final, and only once it is full; a whole word also needs the character behind it.
  const std::size_t needed = match_ == Match::word ? window + 1 : window;
  const bool window_is_full = text::length(text) >= needed;
  const std::size_t first = text::offset_of_first(text, window);
  for (std::size_t i = 0; i < options_.size(); ++i) {
    const auto span = options_[i].key_pattern.find(text);
    const bool found = span && span->end <= first && (match_ == Match::reference || span->end < text.size());
    if (found) return window_is_full || i == 0;
  }
  return false;
}

GoldParser::GoldParser(std::string_view gold, Match match, Scope scope)
    : gold_(match == Match::word ? text::strip(gold) : gold, boundary_of(match), Case::sensitive),
      match_(match),
      scope_(scope) {}

std::string_view GoldParser::scope_of(std::string_view output) const {
  constexpr std::size_t words = 5;
  const std::string_view text = text::strip(output);
  return scope_ == Scope::whole ? text : text::last_words(text, words);
}

std::string GoldParser::compared(std::string_view output) const {
  const std::string_view text = scope_of(output);
  const auto span = scope_ == Scope::whole ? gold_.find(text) : std::nullopt;
  return std::string(span ? text.substr(0, span->end) : text);
}

bool GoldParser::contained(std::string_view output) const { return gold_.find(scope_of(output)).has_value(); }

bool GoldParser::settled(std::string_view output) const {
  if (scope_ != Scope::whole) return false;  // what comes last is known only at the end
  const std::string_view growing = without_unfinished_end(text::strip_left(output));
  if (match_ == Match::reference) return gold_.find(text::strip(growing)).has_value();
  // A whole word is one only when the next character is known not to continue it. (Its own last one is no white space.)
  const auto span = gold_.find(growing);
  return span && span->end < growing.size();
}

}  // namespace shoal::task
