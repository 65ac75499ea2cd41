#include "text/tokenizer/vocabulary.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temp_folder.hpp"
#include "support/tiny_tokenizer.hpp"

namespace vocabulary_test {

using namespace shoal::text;
using namespace shoal::testing;

namespace {

Tokenizer load(const nlohmann::json& json) {
  const TempFolder folder;
  std::ofstream(folder / "tokenizer.json") << json.dump();
  return Tokenizer::load(folder.path());
}

nlohmann::json with_special(int id, const char* content) {
  nlohmann::json json = tiny_tokenizer();
  nlohmann::json token = json["added_tokens"][0];
  token["id"] = id;
  token["content"] = content;
  json["added_tokens"].push_back(token);
  return json;
}

}  // namespace

TEST_CASE("Equal vocabularies have no difference, however their text is cut") {
  nlohmann::json other = tiny_tokenizer();
  other["pre_tokenizer"]["add_prefix_space"] = true;
  CHECK(first_difference(load(tiny_tokenizer()), load(other)).empty());
}

TEST_CASE("The lowest id with another meaning is named, special tokens by their content") {
  nlohmann::json other = tiny_tokenizer();
  other["added_tokens"][1]["content"] = "<stop>";
  CHECK(first_difference(load(tiny_tokenizer()), load(other)) == "token 301 is \"<stop>\" there and \"<end>\" here");
}

TEST_CASE("A token that only one of them has is a difference, in the middle and at the end") {
  const Tokenizer plain = load(tiny_tokenizer());
  const Tokenizer middle = load(with_special(299, "<pad>"));
  const Tokenizer end = load(with_special(400, "<pad>"));
  CHECK(first_difference(plain, middle) == "token 299 is \"<pad>\" there and missing here");
  CHECK(first_difference(middle, plain) == "token 299 is missing there and \"<pad>\" here");
  CHECK(first_difference(plain, end) == "token 400 is \"<pad>\" there and missing here");
  CHECK(first_difference(end, plain) == "token 400 is missing there and \"<pad>\" here");
}

}  // namespace vocabulary_test
