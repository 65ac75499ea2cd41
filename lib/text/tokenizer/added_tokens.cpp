#include "text/tokenizer/added_tokens.hpp"

#include <unicode.h>

namespace shoal::text {

namespace {

AddedTokens::Token read_token(const JsonFile& file, const nlohmann::json& entry) {
  const bool fits = entry.is_object() && entry.contains("content") && entry["content"].is_string() &&
                    entry["content"] != "" && entry.contains("id") && entry["id"].is_number_unsigned() &&
                    entry["id"] <= 0x7fffffff;
  if (!fits) file.reject("added_tokens", "an entry lacks its id or content");
  const auto flag = [&](const char* name) { return entry.contains(name) && entry[name] == true; };
  if (flag("single_word")) file.reject("added_tokens", "this build cannot do single_word");
  return {entry["id"].get<std::int32_t>(), entry["content"].get<std::string>(), flag("special"), flag("lstrip"),
          flag("rstrip")};
}

std::size_t white_space_at_start(std::string_view text) {
  const std::string copy(text);
  std::size_t end = 0;
  for (std::size_t offset = 0; offset < copy.size(); end = offset) {
    if (!unicode_cpt_flags(unicode_cpt_from_utf8(copy, offset)).is_whitespace) break;
  }
  return end;
}

std::size_t white_space_at_end(std::string_view text) {
  const std::string copy(text);
  std::size_t start = copy.size();  // of the white space that reaches the end
  bool inside = false;
  for (std::size_t offset = 0; offset < copy.size();) {
    const auto here = offset;
    const bool white = unicode_cpt_flags(unicode_cpt_from_utf8(copy, offset)).is_whitespace;
    if (white && !inside) start = here;
    inside = white;
  }
  return inside ? copy.size() - start : 0;
}

void add_text(std::vector<AddedTokens::Part>& parts, std::string_view text) {
  if (!text.empty()) parts.push_back({nullptr, text});
}

}  // namespace

AddedTokens::AddedTokens(const JsonFile& file) {
  if (!file.has("added_tokens")) return;
  const auto& list = file.root().at("added_tokens");
  if (!list.is_array()) file.reject("added_tokens", "it is not a list");
  for (const auto& entry : list) tokens_.push_back(read_token(file, entry));
}

const AddedTokens::Token* AddedTokens::match(std::string_view text) const {
  const Token* longest = nullptr;
  for (const Token& token : tokens_) {
    if (!text.starts_with(token.content)) continue;
    if (longest == nullptr || token.content.size() > longest->content.size()) longest = &token;
  }
  return longest;
}

std::vector<AddedTokens::Part> AddedTokens::split(std::string_view text) const {
  std::vector<Part> parts;
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Token* const token = match(text.substr(i));
    if (token == nullptr) {
      ++i;
      continue;
    }
    const auto before = text.substr(done, i - done);
    add_text(parts, token->strip_left ? before.substr(0, before.size() - white_space_at_end(before)) : before);
    parts.push_back({token, text.substr(i, token->content.size())});
    i += token->content.size();
    if (token->strip_right) i += white_space_at_start(text.substr(i));
    done = i;
  }
  add_text(parts, text.substr(done));
  return parts;
}

}  // namespace shoal::text
