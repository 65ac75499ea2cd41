#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace shoal::task {

enum class Boundary { anywhere, whole_word };
enum class Case { sensitive, insensitive };

/// A piece of text to be found literally in others. A whole word is one that has no letter, digit or underscore
/// directly before or behind it: (?<![\p{L}\p{N}_])text(?![\p{L}\p{N}_]) over Unicode code points. So 12 is a word of
/// "12.5" and of "-12", not of "120". Case is ignored by Unicode's simple case folding.
class Pattern {
 public:
  /// `literal` is valid UTF-8 and not empty.
  Pattern(std::string_view literal, Boundary boundary, Case sensitivity);

  struct Span {
    std::size_t begin;  ///< bytes
    std::size_t end;
  };

  /// The first occurrence that starts at or behind byte `from`; empty when there is none. `text` is valid UTF-8.
  std::optional<Span> find(std::string_view text, std::size_t from = 0) const;

 private:
  std::shared_ptr<const void> code_;
};

}  // namespace shoal::task
