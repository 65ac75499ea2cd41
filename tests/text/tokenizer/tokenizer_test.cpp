#include "text/tokenizer/tokenizer.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_tokenizer.hpp"

namespace tokenizer_test {

using Catch::Matchers::Contains;
using namespace shoal::text;
using namespace shoal::testing;

namespace {

using Ids = std::vector<std::int32_t>;

Tokenizer load(const nlohmann::json& json) {
  const TempFolder folder;
  std::ofstream(folder / "tokenizer.json") << json.dump();
  return Tokenizer::load(folder.path());
}

std::string error_with(const nlohmann::json& change) {
  auto json = tiny_tokenizer();
  json.merge_patch(change);
  return error_of([&] { load(json); });
}

}  // namespace

TEST_CASE("Text becomes ids and comes back") {
  const auto tokenizer = load(tiny_tokenizer());
  CHECK(tokenizer.encode("on the abc") == Ids{'o', 'n', 258, ' ', 261});
  for (const std::string text : {"", "on the abc", " \u00e9\u4e00\U0001f600\n\t x"}) {
    CHECK(tokenizer.decode(tokenizer.encode(text)) == text);
  }
  CHECK(tokenizer.vocabulary_size() == 264);
}

TEST_CASE("Special tokens written in a prompt are special tokens, and decoding skips them") {
  const auto tokenizer = load(tiny_tokenizer());
  CHECK(tokenizer.encode("a<end>the<s>") == Ids{'a', 301, 257, 300});
  CHECK(tokenizer.decode(Ids{300, 'a', 301, 257}) == "athe");
}

TEST_CASE("An added token that is not special is decoded") {
  auto json = tiny_tokenizer();
  json["added_tokens"][1]["special"] = false;
  CHECK(load(json).decode(Ids{300, 'a', 301}) == "a<end>");
}

TEST_CASE("The post-processor's tokens surround every prompt, the empty one included") {
  auto json = tiny_tokenizer();
  json["post_processor"] = {{"type", "TemplateProcessing"},
                            {"single", {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}}},
                            {"special_tokens", {{"<s>", {{"ids", {300}}}}}}};
  CHECK(load(json).encode("the") == Ids{300, 257});
  CHECK(load(json).encode("") == Ids{300});
}

TEST_CASE("A character cut in two decodes to the replacement character, unknown ids to nothing") {
  const auto tokenizer = load(tiny_tokenizer());
  CHECK(tokenizer.decode(Ids{'a', 0xe4, 0xb8}) == "a\ufffd");
  CHECK(tokenizer.decode(Ids{0xe4, 0xb8, 0x80}) == "\u4e00");
  CHECK(tokenizer.decode(Ids{'a', 999, -5, 'b'}) == "ab");
}

TEST_CASE("Bytes that are not UTF-8 are encoded as the replacement character") {
  const auto tokenizer = load(tiny_tokenizer());
  CHECK(tokenizer.encode("a\xff") == tokenizer.encode("a\ufffd"));
}

TEST_CASE("Missing, malformed and foreign tokenizers are input errors") {
  const TempFolder folder;
  CHECK_THAT(error_of([&] { Tokenizer::load(folder.path()); }), Contains("3: ") && Contains("tokenizer.json"));
  std::ofstream(folder / "tokenizer.json") << "{\"model\":";
  CHECK_THAT(error_of([&] { Tokenizer::load(folder.path()); }), Contains("3: ") && Contains("tokenizer.json"));
  CHECK_THAT(error_with({{"model", nullptr}}), Contains("3: ") && Contains("model"));
  CHECK_THAT(error_with({{"model", {{"vocab", nullptr}}}}), Contains("3: ") && Contains("model.vocab"));
  CHECK_THAT(error_with({{"normalizer", {{"type", "NFKC"}}}}), Contains("3: ") && Contains("normalizer"));
  CHECK_THAT(error_with({{"decoder", {{"type", "WordPiece"}}}}), Contains("3: ") && Contains("decoder"));
  CHECK_THAT(error_with({{"decoder", nullptr}}), Contains("3: ") && Contains("decoder"));
}

TEST_CASE("A text behind a prompt has the ids that it has there; white space between them is the text's") {
  const auto tokenizer = load(tiny_tokenizer());
  const auto check = [&](const char* prompt, const char* text, const Ids& first, const Ids& then) {
    const TokenPair pair = tokenizer.encode_pair(prompt, text);
    CHECK(pair.prompt == first);
    CHECK(pair.text == then);
  };
  check("on", " the abc", {'o', 'n'}, {258, ' ', 261});
  check("on ", "the abc", {'o', 'n'}, {258, ' ', 261});
  check("on \n", "x", {'o', 'n'}, {' ', '\n', 'x'});
  check("", "the", {}, {257});
  check(" ", "the", {}, {258});
}

TEST_CASE("The post-processor's tokens stand before the prompt of a pair, and never behind") {
  auto json = tiny_tokenizer();
  json["post_processor"] = {
      {"type", "TemplateProcessing"},
      {"single",
       {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}, {{"SpecialToken", {{"id", "<end>"}}}}}},
      {"special_tokens", {{"<s>", {{"ids", {300}}}}, {"<end>", {{"ids", {301}}}}}}};
  const TokenPair pair = load(json).encode_pair("a", " the");
  CHECK(pair.prompt == Ids{300, 'a'});
  CHECK(pair.text == Ids{258});
  CHECK(load(json).encode_pair("", "the").prompt == Ids{300});
}

TEST_CASE("Chats have ids for a message with its reply, and for a text where the reply begins") {
  const TempFolder folder;
  std::ofstream(folder / "tokenizer.json") << tiny_tokenizer().dump();
  CHECK_FALSE(Tokenizer::load(folder.path()).has_chat_template());
  std::ofstream(folder / "chat_template.jinja")
      << "{% for m in messages %}{{ m['role'][0] }}{{ m['content'] }}<end>{% endfor %}"
         "{% if add_generation_prompt %}a{% endif %}";
  const auto tokenizer = Tokenizer::load(folder.path());
  CHECK(tokenizer.has_chat_template());
  CHECK(tokenizer.encode_chat("x") == Ids{'u', 'x', 301, 'a'});
  CHECK(tokenizer.encode_chat("x", "yz") == Ids{'u', 'x', 301, 'a', 'y', 'z', 301});
  const TokenPair pair = tokenizer.encode_chat_pair("x", "q");
  CHECK(pair.prompt == Ids{'u', 'x', 301, 'a'});
  CHECK(pair.text == Ids{'q'});
}

}  // namespace tokenizer_test
