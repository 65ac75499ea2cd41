#include "text/tokenizer/tokenizer.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "text/chat_template.hpp"
#include "text/tokenizer/added_tokens.hpp"
#include "text/tokenizer/bpe.hpp"
#include "text/tokenizer/byte_level.hpp"
#include "text/tokenizer/post_processor.hpp"
#include "text/tokenizer/pre_tokenizer.hpp"

namespace shoal::text {

namespace {

void refuse_foreign_parts(const JsonFile& file) {
  if (file.has("normalizer")) file.reject("normalizer", "this build normalises no text");
  if (!file.has("decoder")) file.reject("decoder", "it is missing");
  const auto type = file.child("decoder").text_or("type", "");
  if (type != "ByteLevel") file.reject("decoder", "only ByteLevel is supported, not \"" + type + "\"");
}

}  // namespace

struct Tokenizer::Impl {
  explicit Impl(const std::filesystem::path& path) : Impl(path, JsonFile(path / "tokenizer.json")) {}

  Impl(std::filesystem::path path, const JsonFile& file)
      : folder(std::move(path)),
        added(file),
        pre_tokenizer(file),
        bpe(file.child("model")),
        post_processor(PostProcessor::load(file)) {
    refuse_foreign_parts(file);
    for (const auto& [token, id] : bpe.vocabulary()) texts[id] = from_byte_alphabet(token);
    for (const auto& token : added.tokens()) texts[token.id] = token.special ? "" : from_byte_alphabet(token.content);
  }

  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
    const std::string valid = repaired_utf8(text);
    for (const auto& part : added.split(valid)) {
      if (part.token != nullptr) {
        ids.push_back(part.token->id);
        continue;
      }
      for (const auto& piece : pre_tokenizer.split(part.text)) bpe.encode(piece, ids);
    }
  }

  const ChatTemplate& chat_template() const {
    std::call_once(chat_loaded, [this] { chat = ChatTemplate::load(folder); });
    return *chat;
  }

  TokenPair cut(std::vector<std::int32_t> before, std::string_view prompt, std::string_view text) const {
    TokenPair pair{std::move(before), {}};
    std::vector<std::int32_t> all = pair.prompt;
    append_ids(prompt, pair.prompt);
    append_ids(std::string(prompt).append(text), all);
    const auto border = static_cast<std::ptrdiff_t>(std::min(pair.prompt.size(), all.size()));
    pair.text.assign(all.begin() + border, all.end());
    return pair;
  }

  std::filesystem::path folder;
  mutable std::once_flag chat_loaded;  // most tasks do without
  mutable std::optional<ChatTemplate> chat;
  AddedTokens added;
  PreTokenizer pre_tokenizer;
  Bpe bpe;
  PostProcessor post_processor;
  std::unordered_map<std::int32_t, std::string> texts;  // bytes that an id decodes to; none for special tokens
};

Tokenizer Tokenizer::load(const std::filesystem::path& folder) {
  Tokenizer tokenizer;
  tokenizer.impl_ = std::make_shared<const Impl>(folder);
  return tokenizer;
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text) const {
  std::vector<std::int32_t> ids = impl_->post_processor.before;
  impl_->append_ids(text, ids);
  const auto& after = impl_->post_processor.after;
  ids.insert(ids.end(), after.begin(), after.end());
  return ids;
}

std::vector<std::int32_t> Tokenizer::encode_chat(const std::string& message) const {
  std::vector<std::int32_t> ids;
  impl_->append_ids(impl_->chat_template().render(message), ids);
  return ids;
}

std::vector<std::int32_t> Tokenizer::encode_chat(const std::string& message, const std::string& reply) const {
  std::vector<std::int32_t> ids;
  impl_->append_ids(impl_->chat_template().render(message, reply), ids);
  return ids;
}

TokenPair Tokenizer::encode_pair(std::string_view prompt, std::string_view text) const {
  const auto end = prompt.find_last_not_of(" \t\n\r") + 1;  // 0 when there is nothing else
  return impl_->cut(impl_->post_processor.before, prompt.substr(0, end), std::string(prompt.substr(end)).append(text));
}

TokenPair Tokenizer::encode_chat_pair(const std::string& message, std::string_view text) const {
  return impl_->cut({}, impl_->chat_template().render(message), text);
}

bool Tokenizer::has_chat_template() const { return ChatTemplate::exists(impl_->folder); }

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  std::string bytes;
  for (const auto id : ids) {
    if (const auto found = impl_->texts.find(id); found != impl_->texts.end()) bytes += found->second;
  }
  return repaired_utf8(bytes);
}

std::size_t Tokenizer::vocabulary_size() const { return impl_->texts.size(); }

std::map<std::int32_t, std::string> Tokenizer::vocabulary() const {
  std::map<std::int32_t, std::string> tokens;
  for (const auto& [token, id] : impl_->bpe.vocabulary()) tokens[id] = token;
  for (const auto& token : impl_->added.tokens()) tokens[token.id] = token.content;
  return tokens;
}

}  // namespace shoal::text
