#pragma once

#include <cstdint>
#include <vector>

#include "base/json_file.hpp"

namespace shoal::text {

/// The special tokens that a tokenizer puts around a single text.
struct PostProcessor {
  std::vector<std::int32_t> before;
  std::vector<std::int32_t> after;

  /// "post_processor" of a tokenizer.json: null, ByteLevel, TemplateProcessing, or a Sequence of these.
  /// Throws Error{input} for anything else.
  static PostProcessor load(const JsonFile& file);
};

}  // namespace shoal::text
