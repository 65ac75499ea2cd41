#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::text {

/// A regular expression over UTF-8 text with Unicode classes (PCRE2). pytorch-tokenizers' own wrapper is not used: it
/// is not safe from several threads, and crashes when a pattern cannot be compiled. Cheap to copy.
class Regex {
 public:
  struct Match {
    std::size_t start;  ///< bytes
    std::size_t end;
  };

  /// Nothing when the pattern is not a regular expression.
  static std::optional<Regex> compile(std::string_view pattern);

  /// The pattern that matches `text` literally.
  static std::string escaped(std::string_view text);

  /// Matches from left to right, without overlap and never empty. `text` is valid UTF-8.
  std::vector<Match> find_all(std::string_view text) const;

 private:
  std::shared_ptr<const void> code_;  // pcre2_code
};

}  // namespace shoal::text
