#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace shoal::text {

/// The chat template of a Hugging Face folder: how a message of a user becomes a prompt. Rendered as transformers'
/// apply_chat_template(add_generation_prompt=True) does, but for one thing, so that a search can be repeated on another
/// day: templates that ask for today's date always get 26 July 2024 (what Llama's own template falls back to). A
/// template that cuts texts by position ([:3]) counts bytes, not characters. Safe to use from several threads.
class ChatTemplate {
 public:
  /// Reads chat_template.jinja, else `chat_template` of tokenizer_config.json: a text, or a list with one named
  /// `default`. Throws Error{input} when there is none or it cannot be parsed.
  static ChatTemplate load(const std::filesystem::path& folder);

  /// The prompt for one message of a user, up to where the assistant's answer begins. Special tokens are part of the
  /// text (see Tokenizer::encode_rendered). Throws Error{input} when the template refuses.
  std::string render(const std::string& message) const;

  /// The conversation of a user's message and the assistant's reply. Throws like the other.
  std::string render(const std::string& message, const std::string& reply) const;

  /// Whether `load` would find one.
  static bool exists(const std::filesystem::path& folder);

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace shoal::text
