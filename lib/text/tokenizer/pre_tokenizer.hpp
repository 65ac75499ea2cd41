#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_file.hpp"

namespace shoal::text {

/// Cuts text into the pieces that byte-pair encoding sees, spelt in the byte alphabet. Safe to use from several
/// threads.
class PreTokenizer {
 public:
  /// `file` is a tokenizer.json; its "pre_tokenizer" is ByteLevel, or a Sequence of Digits and Split that ends in
  /// ByteLevel. Throws Error{input} for anything else.
  explicit PreTokenizer(const JsonFile& file);

  std::vector<std::string> split(std::string_view text) const;

  /// One cut of a piece into smaller ones.
  class Step {
   public:
    virtual ~Step() = default;
    virtual std::vector<std::string> split(const std::string& piece) const = 0;
  };

 private:
  void add(const JsonFile& step);

  std::vector<std::shared_ptr<const Step>> steps_;
};

}  // namespace shoal::text
