#include "text/tokenizer/bpe.hpp"

#include <algorithm>
#include <queue>

namespace shoal::text {

namespace {

std::uint64_t key(std::int32_t left, std::int32_t right) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U) | static_cast<std::uint32_t>(right);
}

void refuse(const JsonFile& model, const std::string& name) {
  const bool used =
      model.has(name) && model.root().at(name) != false && model.root().at(name) != "" && model.root().at(name) != 0.0;
  if (used) model.reject(name, "this build cannot do it");
}

// ["a", "b"], or "a b" in files written before tokenizers 0.20.
std::pair<std::string, std::string> read_pair(const JsonFile& model, const nlohmann::json& entry) {
  if (entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string()) {
    return {entry[0].get<std::string>(), entry[1].get<std::string>()};
  }
  if (!entry.is_string()) model.reject("merges", "an entry is not a pair of tokens");
  const auto text = entry.get<std::string>();
  const auto space = text.find(' ');
  if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
    model.reject("merges", "an entry is not a pair of tokens");
  }
  return {text.substr(0, space), text.substr(space + 1)};
}

std::size_t character_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

// A merge that may happen at the symbol `at`, unless something around it has merged first.
struct Candidate {
  std::int32_t rank;
  std::size_t at;
  std::int32_t merged;

  bool operator<(const Candidate& other) const {  // the queue's top: lowest rank, then leftmost
    return rank != other.rank ? rank > other.rank : at > other.at;
  }
};

}  // namespace

Bpe::Bpe(const JsonFile& model) {
  if (const auto type = model.text_or("type", "BPE"); type != "BPE")
    model.reject("type", "only BPE is supported, not " + type);
  for (const char* name : {"byte_fallback", "dropout", "continuing_subword_prefix", "end_of_word_suffix"}) {
    refuse(model, name);
  }
  read_vocabulary(model);
  read_merges(model);
  if (model.has("unk_token")) unknown_ = token(model, model.text_or("unk_token", ""));
  fuse_unknown_ = model.flag_or("fuse_unk", false);
  whole_pieces_first_ = model.flag_or("ignore_merges", false);
}

void Bpe::read_vocabulary(const JsonFile& model) {
  if (!model.has("vocab") || !model.root().at("vocab").is_object()) model.reject("vocab", "it is not an object");
  for (const auto& [text, id] : model.root().at("vocab").items()) {
    if (!id.is_number_unsigned() || id > 0x7fffffff) model.reject("vocab", "the id of a token is not a token id");
    vocabulary_.emplace(text, id.get<std::int32_t>());
  }
}

void Bpe::read_merges(const JsonFile& model) {
  if (!model.has("merges") || !model.root().at("merges").is_array()) model.reject("merges", "it is not a list");
  std::int32_t rank = 0;
  for (const auto& entry : model.root().at("merges")) {
    const auto [left, right] = read_pair(model, entry);
    merges_[key(token(model, left), token(model, right))] = {rank++, token(model, left + right)};
  }
}

std::int32_t Bpe::token(const JsonFile& model, const std::string& text) const {
  const auto found = vocabulary_.find(text);
  if (found == vocabulary_.end()) model.reject("vocab", "it lacks the token \"" + text + "\" that is used elsewhere");
  return found->second;
}

void Bpe::encode(std::string_view piece, std::vector<std::int32_t>& ids) const {
  if (whole_pieces_first_) {
    if (const auto whole = vocabulary_.find(std::string(piece)); whole != vocabulary_.end()) {
      ids.push_back(whole->second);
      return;
    }
  }
  auto symbols = characters(piece);
  merge(symbols);
  ids.insert(ids.end(), symbols.begin(), symbols.end());
}

std::vector<std::int32_t> Bpe::characters(std::string_view piece) const {
  std::vector<std::int32_t> symbols;
  bool after_unknown = false;
  for (std::size_t i = 0; i < piece.size();) {
    const auto length = character_length(piece[i]);
    const auto found = vocabulary_.find(std::string(piece.substr(i, length)));
    const bool known = found != vocabulary_.end();
    if (known) symbols.push_back(found->second);
    if (!known && unknown_ && !(fuse_unknown_ && after_unknown)) symbols.push_back(*unknown_);
    after_unknown = !known;
    i += length;
  }
  return symbols;
}

const Bpe::Merge* Bpe::find(std::int32_t left, std::int32_t right) const {
  const auto found = merges_.find(key(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

// Always the merge of lowest rank, the leftmost of equals, until none is left. Merged symbols become -1 in place; a
// candidate is stale when its two symbols no longer merge to what it says.
void Bpe::merge(std::vector<std::int32_t>& symbols) const {
  const auto size = symbols.size();
  std::vector<std::size_t> next(size);
  std::vector<std::size_t> previous(size);
  std::priority_queue<Candidate> queue;
  const auto consider = [&](std::size_t left) {
    if (left >= size || next[left] >= size) return;
    if (const Merge* found = find(symbols[left], symbols[next[left]])) queue.push({found->rank, left, found->merged});
  };
  for (std::size_t i = 0; i < size; ++i) {
    next[i] = i + 1;
    previous[i] = i == 0 ? size : i - 1;
  }
  for (std::size_t i = 0; i < size; ++i) consider(i);
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    const auto right = symbols[best.at] < 0 ? size : next[best.at];
    if (right >= size) continue;
    const Merge* const now = find(symbols[best.at], symbols[right]);
    if (now == nullptr || now->rank != best.rank) continue;
    symbols[best.at] = best.merged;
    symbols[right] = -1;
    next[best.at] = next[right];
    if (next[right] < size) previous[next[right]] = best.at;
    consider(previous[best.at]);
    consider(best.at);
  }
  std::erase(symbols, -1);
}

}  // namespace shoal::text
