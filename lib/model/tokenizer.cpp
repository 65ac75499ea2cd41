#include "model/tokenizer.hpp"

#include <mutex>
#include <optional>
#include <unordered_map>

#include "model/added_tokens.hpp"
#include "model/bpe.hpp"
#include "model/byte_level.hpp"
#include "model/chat_template.hpp"
#include "model/post_processor.hpp"
#include "model/pre_tokenizer.hpp"

namespace shoal::model {

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
  std::call_once(impl_->chat_loaded, [this] { impl_->chat = ChatTemplate::load(impl_->folder); });
  std::vector<std::int32_t> ids;
  impl_->append_ids(impl_->chat->render(message), ids);
  return ids;
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  std::string bytes;
  for (const auto id : ids) {
    if (const auto found = impl_->texts.find(id); found != impl_->texts.end()) bytes += found->second;
  }
  return repaired_utf8(bytes);
}

std::size_t Tokenizer::vocabulary_size() const { return impl_->texts.size(); }

}  // namespace shoal::model
