#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "task/pattern.hpp"
#include "task/task_config.hpp"

namespace shoal::task {

struct Choice {
  std::string key;   ///< "A"
  std::string text;  ///< what it stands for
};

/// Finds which option a generated text chooses: the first option key (in option order) contained in the first 5
/// characters; else in the last 5; else the first option whose text is contained, whatever its case; else none.
/// Match::word asks for whole words everywhere, Match::reference for plain substrings.
class ChoiceParser {
 public:
  ChoiceParser(const std::vector<Choice>& choices, Match match);

  /// The chosen key. `output` is stripped first.
  std::optional<std::string> parse(std::string_view output) const;

  /// Whether every continuation of `output` parses to the same answer. Never true in error; may be false although
  /// settled.
  bool settled(std::string_view output) const;

 private:
  struct Option {
    std::string key;
    Pattern key_pattern;
    std::optional<Pattern> text_pattern;
  };

  std::vector<Option> options_;
  Match match_;
};

/// Which part of the output an exact match looks at.
enum class Scope { whole, last_five_words };

/// Looks for a gold string in a generated text. White space around the gold string counts with Match::reference only.
class GoldParser {
 public:
  GoldParser(std::string_view gold, Match match, Scope scope);

  /// The text that is compared: the last five words of the stripped output, or all of it up to the first occurrence of
  /// the gold string, where the comparison ends (so that it is the same when generation ends there too).
  std::string compared(std::string_view output) const;
  bool contained(std::string_view output) const;

  /// Whether every continuation of `output` gives the same results. Never true in error.
  bool settled(std::string_view output) const;

 private:
  /// The text in which the gold string may stand.
  std::string_view scope_of(std::string_view output) const;

  Pattern gold_;
  Match match_;
  Scope scope_;
};

}  // namespace shoal::task
