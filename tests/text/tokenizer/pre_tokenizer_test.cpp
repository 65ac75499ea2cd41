#include "text/tokenizer/pre_tokenizer.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "support/error_of.hpp"
#include "support/json_parts.hpp"
#include "text/tokenizer/byte_level.hpp"

namespace pre_tokenizer_test {

using Catch::Matchers::Contains;
using namespace shoal::text;
using namespace shoal::testing;

namespace {

using Json = nlohmann::json;

const Json byte_level{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
const Json bytes_only{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
const Json llama3_split{
    {"type", "Split"},
    {"pattern",
     {{"Regex",
       R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}}},
    {"behavior", "Isolated"},
    {"invert", false}};

Json sequence(const Json& steps) { return {{"type", "Sequence"}, {"pretokenizers", steps}}; }

PreTokenizer make(const Json& pre_tokenizer) { return PreTokenizer(as_file({{"pre_tokenizer", pre_tokenizer}})); }

// The pieces back in plain text, joined by "|".
std::string split(const PreTokenizer& pre_tokenizer, std::string_view text) {
  std::string joined;
  for (const auto& piece : pre_tokenizer.split(text)) {
    if (!joined.empty()) joined += "|";
    joined += from_byte_alphabet(piece);
  }
  return joined;
}

std::string error_with(const Json& pre_tokenizer) {
  return error_of([&] { make(pre_tokenizer); });
}

}  // namespace

TEST_CASE("ByteLevel cuts as GPT-2 does") {
  const auto gpt2 = make(byte_level);
  CHECK(split(gpt2, "Hello world, it's 42.") == "Hello| world|,| it|'s| 42|.");
  CHECK(split(gpt2, "a   b\n\n c  ") == "a|  | b|\n\n| c|  ");
  CHECK(split(gpt2, "\u00e9t\u00e9 \u4e00\u4e8c \u00b2") == "\u00e9t\u00e9| \u4e00\u4e8c| \u00b2");
  CHECK(split(gpt2, "").empty());
}

TEST_CASE("A prefix space is added only where there is none") {
  const auto prefixed = make({{"type", "ByteLevel"}, {"add_prefix_space", true}});
  CHECK(split(prefixed, "a b") == " a| b");
  CHECK(split(prefixed, " a b") == " a| b");
}

TEST_CASE("Digits are cut one by one or as a whole, in any script") {
  const auto single = make(sequence({{{"type", "Digits"}, {"individual_digits", true}}, byte_level}));
  CHECK(split(single, "a 123b\u0663\u0664") == "a| |1|2|3|b|\u0663|\u0664");
  const auto runs = make(sequence({{{"type", "Digits"}, {"individual_digits", false}}, byte_level}));
  CHECK(split(runs, "a 123b") == "a| |123|b");
}

TEST_CASE("Llama 3's pattern cuts without GPT-2's cutting the pieces again") {
  const auto llama3 = make(sequence({llama3_split, bytes_only}));
  CHECK(split(llama3, "It'S 12345!\n\n  x") == "It|'S| |123|45|!\n\n| | x");
}

TEST_CASE("Text between matches is a piece too") {
  const auto commas =
      make(sequence({{{"type", "Split"}, {"pattern", {{"String", ","}}}, {"behavior", "Isolated"}}, bytes_only}));
  CHECK(split(commas, "ab,,c d") == "ab|,|,|c d");
}

TEST_CASE("One pre-tokenizer serves several threads") {
  const auto llama3 = make(sequence({llama3_split, bytes_only}));
  const std::string text = "It's 12345 words, and \u4e00\u4e8c!\n\n more";
  const std::string expected = split(llama3, text);
  std::vector<int> equal(4, 0);
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < equal.size(); ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) equal[t] += split(llama3, text) == expected ? 1 : 0;
    });
  }
  for (auto& member : workers) member.join();
  CHECK(equal == std::vector<int>(4, 200));
}

TEST_CASE("Pre-tokenizers that this build does not know are refused, naming the key") {
  CHECK_THAT(error_with(nullptr), Contains("3: ") && Contains("pre_tokenizer"));
  CHECK_THAT(error_with({{"type", "Metaspace"}}), Contains("3: ") && Contains("Metaspace"));
  CHECK_THAT(error_with(sequence({{{"type", "Digits"}}})), Contains("ByteLevel"));
  CHECK_THAT(error_with(sequence(Json::array())), Contains("ByteLevel"));
  auto split_step = llama3_split;
  split_step["behavior"] = "Removed";
  CHECK_THAT(error_with(sequence({split_step, bytes_only})), Contains("behavior"));
  split_step = llama3_split;
  split_step["pattern"] = {{"Regex", "(unclosed"}};
  CHECK_THAT(error_with(sequence({split_step, bytes_only})), Contains("pattern"));
  split_step["pattern"] = Json::object();
  CHECK_THAT(error_with(sequence({split_step, bytes_only})), Contains("pattern"));
}

}  // namespace pre_tokenizer_test
