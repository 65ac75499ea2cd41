#include "text/tokenizer/bpe.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "support/error_of.hpp"
#include "support/json_parts.hpp"
#include "support/tiny_tokenizer.hpp"

namespace bpe_test {

using Catch::Matchers::Contains;
using namespace shoal::text;
using namespace shoal::testing;
using nlohmann::literals::operator""_json;

namespace {

using Ids = std::vector<std::int32_t>;

Ids encode(const nlohmann::json& model, std::string_view piece) {
  Ids ids;
  Bpe(as_file(model)).encode(piece, ids);
  return ids;
}

nlohmann::json tiny(const nlohmann::json& change = nlohmann::json::object()) {
  nlohmann::json model = tiny_tokenizer()["model"];
  model.merge_patch(change);
  return model;
}

std::string error_with(const nlohmann::json& change) {
  return error_of([&] { Bpe(as_file(tiny(change))); });
}

// The definition: search the whole word for the best merge, apply it, start over.
Ids slowly(const nlohmann::json& model, const std::string& piece) {
  std::vector<std::string> symbols;
  for (const char letter : piece) symbols.emplace_back(1, letter);
  while (true) {
    std::size_t best = model["merges"].size();
    std::size_t place = 0;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      for (std::size_t rank = 0; rank < best; ++rank) {
        const auto& merge = model["merges"][rank];
        if (merge[0] == symbols[i] && merge[1] == symbols[i + 1]) {
          best = rank;
          place = i;
        }
      }
    }
    if (best == model["merges"].size()) break;
    symbols[place] += symbols[place + 1];
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }
  Ids ids;
  for (const auto& symbol : symbols) ids.push_back(model["vocab"][symbol].get<std::int32_t>());
  return ids;
}

// Three letters and random merges of whatever exists already, ids from 0.
nlohmann::json random_model(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::string> tokens{"a", "b", "c"};
  nlohmann::json merges = nlohmann::json::array();
  while (merges.size() < 12) {
    const auto& left = tokens[random() % tokens.size()];
    const auto& right = tokens[random() % tokens.size()];
    if (std::find(tokens.begin(), tokens.end(), left + right) != tokens.end()) continue;
    merges.push_back(nlohmann::json::array({left, right}));
    tokens.push_back(left + right);
  }
  nlohmann::json vocabulary;
  for (std::size_t i = 0; i < tokens.size(); ++i) vocabulary[tokens[i]] = i;
  return {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}};
}

}  // namespace

TEST_CASE("Merges apply by rank, then from the left") {
  CHECK(encode(tiny(), "the") == Ids{257});
  CHECK(encode(tiny(), "\u0120the") == Ids{258});
  CHECK(encode(tiny(), "abc") == Ids{261});  // a+b before b+c, then ab+c
  CHECK(encode(tiny(), "xbc") == Ids{'x', 260});
  CHECK(encode(tiny(), "").empty());
}

TEST_CASE("Encoding equals the definition for random merge lists") {
  std::mt19937 random(1);
  for (unsigned seed = 0; seed < 40; ++seed) {
    const auto model = random_model(seed);
    const Bpe bpe(as_file(model));
    for (int word = 0; word < 20; ++word) {
      std::string piece;
      for (auto length = random() % 14; length > 0; --length) piece += static_cast<char>('a' + random() % 3);
      Ids ids;
      bpe.encode(piece, ids);
      CHECK(ids == slowly(model, piece));
    }
  }
}

TEST_CASE("A pair merges only if it is a pair of the list, not because its text is a token") {
  // "abc" is a+bc here; "ab"+"c" spells the same token and must not merge.
  const auto model = nlohmann::json::parse(R"({"type": "BPE",
    "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "bc": 4, "abc": 5},
    "merges": [["a", "b"], ["b", "c"], ["a", "bc"]]})");
  CHECK(encode(model, "abc") == Ids{3, 2});
}

TEST_CASE("Id 0 is a token like any other") { CHECK(encode(tiny(), "\u0100\u0100x") == Ids{0, 0, 'x'}); }

TEST_CASE("Merges written as one string with a space mean the same") {
  nlohmann::json old = tiny();
  for (auto& merge : old["merges"]) merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
  CHECK(encode(old, "\u0120the") == Ids{258});
}

TEST_CASE("Characters without a token vanish, or become the unknown token, fused on request") {
  CHECK(encode(tiny(), "a\u4e00\u4e00b") == Ids{259});
  CHECK(encode(tiny({{"unk_token", "!"}}), "a\u4e00\u4e00b") == Ids{'a', '!', '!', 'b'});
  CHECK(encode(tiny({{"unk_token", "!"}, {"fuse_unk", true}}), "a\u4e00\u4e00b") == Ids{'a', '!', 'b'});
}

TEST_CASE("With ignore_merges a piece that is a token is taken whole") {
  const nlohmann::json vocabulary{{"qu", 400}};
  CHECK(encode(tiny({{"vocab", vocabulary}}), "qu") == Ids{'q', 'u'});
  CHECK(encode(tiny({{"vocab", vocabulary}, {"ignore_merges", true}}), "qu") == Ids{400});
}

TEST_CASE("A long word takes no quadratic time") {
  const std::string word(300000, 'a');
  CHECK(encode(tiny(), word).size() == word.size());
}

TEST_CASE("Models that this build cannot encode with are refused, naming the key") {
  CHECK_THAT(error_with({{"type", "Unigram"}}), Contains("3: ") && Contains("Unigram"));
  CHECK_THAT(error_with({{"byte_fallback", true}}), Contains("3: ") && Contains("byte_fallback"));
  CHECK_THAT(error_with({{"dropout", 0.1}}), Contains("dropout"));
  CHECK_THAT(error_with({{"continuing_subword_prefix", "##"}}), Contains("continuing_subword_prefix"));
  CHECK(error_with({{"byte_fallback", false}, {"dropout", 0.0}, {"end_of_word_suffix", ""}}) == "none");
}

TEST_CASE("Malformed vocabularies and merges are refused, naming the key") {
  CHECK_THAT(error_with({{"vocab", 3}}), Contains("3: ") && Contains("vocab"));
  CHECK_THAT(error_with(R"({"vocab": {"a": "one"}})"_json), Contains("vocab"));
  CHECK_THAT(error_with(R"({"vocab": {"a": -1}})"_json), Contains("vocab"));
  CHECK_THAT(error_with({{"merges", 3}}), Contains("3: ") && Contains("merges"));
  CHECK_THAT(error_with(R"({"merges": [["a"]]})"_json), Contains("merges"));
  CHECK_THAT(error_with(R"({"merges": ["a b c"]})"_json), Contains("merges"));
  CHECK_THAT(error_with(R"({"merges": [["a", "zzz"]]})"_json), Contains("3: ") && Contains("zzz"));
  CHECK_THAT(error_with(R"({"merges": [["z", "z"]]})"_json), Contains("3: ") && Contains("zz"));
  CHECK_THAT(error_with({{"unk_token", "<unk>"}}), Contains("3: ") && Contains("<unk>"));
}

}  // namespace bpe_test
