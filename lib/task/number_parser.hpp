#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shoal::task {

/// The last number in a text: digits with an optional sign, thousands separators and decimals ("-1,234.50"); a sign
/// that directly follows a letter, digit or closing bracket is a hyphen or a minus between two operands and belongs to
/// nobody. Empty when there is none.
std::optional<std::string> last_number(std::string_view text);

/// Compares the last number of an output with the gold number by value: 12, 12.0 and +12 are equal, 1,200 is 1200.
class NumberParser {
 public:
  /// `gold` has a number in it; its last one is meant.
  explicit NumberParser(std::string_view gold);

  /// Whether there is a number to be compared with at all.
  bool usable() const { return gold_.has_value(); }
  std::optional<std::string> answer(std::string_view output) const { return last_number(output); }
  bool matches(std::string_view output) const;

  /// Another number may always follow.
  bool settled(std::string_view) const { return false; }

 private:
  std::optional<double> gold_;
};

}  // namespace shoal::task
