#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json_file.hpp"

namespace shoal::text {

/// Byte-pair encoding of one piece of text, by the rules of Hugging Face's tokenizers. pytorch-tokenizers' own encoder
/// is not used: it looks merges up by the merged string instead of the pair, ignores merges written as "a b", takes id
/// 0 for a failure, and needs quadratic time.
class Bpe {
 public:
  /// `model` is the "model" object of a tokenizer.json. Throws Error{input} for another type, features that this build
  /// lacks (byte_fallback, dropout, affixes), or merges that do not fit the vocabulary.
  explicit Bpe(const JsonFile& model);

  /// Appends the ids of `piece`. Characters without a token become the unknown token, or nothing when there is none.
  void encode(std::string_view piece, std::vector<std::int32_t>& ids) const;

  const std::unordered_map<std::string, std::int32_t>& vocabulary() const { return vocabulary_; }

 private:
  struct Merge {
    std::int32_t rank;
    std::int32_t merged;
  };

  void read_vocabulary(const JsonFile& model);
  void read_merges(const JsonFile& model);
  std::int32_t token(const JsonFile& model, const std::string& text) const;
  std::vector<std::int32_t> characters(std::string_view piece) const;
  const Merge* find(std::int32_t left, std::int32_t right) const;
  void merge(std::vector<std::int32_t>& symbols) const;

  std::unordered_map<std::string, std::int32_t> vocabulary_;
  std::unordered_map<std::uint64_t, Merge> merges_;  // by pair of ids
  std::optional<std::int32_t> unknown_;
  bool fuse_unknown_ = false;
  bool whole_pieces_first_ = false;  // "ignore_merges"
};

}  // namespace shoal::text
