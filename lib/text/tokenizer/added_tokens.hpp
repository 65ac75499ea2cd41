#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_file.hpp"

namespace shoal::text {

/// Tokens that are cut out of the text before anything else looks at it ("<|im_start|>").
class AddedTokens {
 public:
  struct Token {
    std::int32_t id;
    std::string content;
    bool special;      ///< skipped by decoding
    bool strip_left;   ///< swallows the white space before it
    bool strip_right;  ///< swallows the white space after it
  };

  /// A stretch of text: one added token, or (token null) ordinary text.
  struct Part {
    const Token* token;
    std::string_view text;
  };

  /// Reads "added_tokens" of a tokenizer.json. Throws Error{input}.
  explicit AddedTokens(const JsonFile& file);

  const std::vector<Token>& tokens() const { return tokens_; }

  /// The text from left to right; where several tokens start at one place the longest wins. Empty parts are left out.
  std::vector<Part> split(std::string_view text) const;

 private:
  const Token* match(std::string_view text) const;

  std::vector<Token> tokens_;
};

}  // namespace shoal::text
