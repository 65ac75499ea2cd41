#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::text {

/// A prompt and what follows it.
struct TokenPair {
  std::vector<std::int32_t> prompt;
  std::vector<std::int32_t> text;
};

/// The tokenizer of a Hugging Face folder (tokenizer.json), and its chat template where one is asked for. Safe to use
/// from several threads.
class Tokenizer {
 public:
  static Tokenizer load(const std::filesystem::path& folder);

  /// Ids of a prompt, with the special tokens that the tokenizer's post-processor adds. `text` is valid UTF-8.
  std::vector<std::int32_t> encode(std::string_view text) const;

  /// Ids of the prompt that the folder's chat template makes of a user's message; special tokens are the template's
  /// affair. Throws Error{input} when there is no template or it refuses (see chat_template.hpp).
  std::vector<std::int32_t> encode_chat(const std::string& message) const;

  /// Ids of a conversation of two turns, a user's message and the reply to it. Throws like encode_chat.
  std::vector<std::int32_t> encode_chat(const std::string& message, const std::string& reply) const;

  /// Ids of a prompt and of a text that follows it, as lm-eval cuts them: the text's are those that both together have
  /// behind as many as the prompt has alone; white space at the prompt's end counts as the text's. Special tokens of
  /// the post-processor stand before the prompt only.
  TokenPair encode_pair(std::string_view prompt, std::string_view text) const;

  /// The same behind the prompt that the chat template makes of a user's message, whose end stays as it is. Throws like
  /// encode_chat.
  TokenPair encode_chat_pair(const std::string& message, std::string_view text) const;

  /// Whether the folder has a chat template.
  bool has_chat_template() const;

  /// Text of generated ids, special tokens skipped (as HF's decode(skip_special_tokens=True,
  /// clean_up_tokenization_spaces=False)).
  std::string decode(std::span<const std::int32_t> ids) const;

  std::size_t vocabulary_size() const;

  /// Every token by its id, as tokenizer.json writes it.
  std::map<std::int32_t, std::string> vocabulary() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace shoal::text
