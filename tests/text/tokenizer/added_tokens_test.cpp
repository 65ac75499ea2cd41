#include "text/tokenizer/added_tokens.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "support/error_of.hpp"
#include "support/json_parts.hpp"

namespace added_tokens_test {

using Catch::Matchers::Contains;
using namespace shoal::text;
using namespace shoal::testing;

namespace {

AddedTokens tokens(const nlohmann::json& list) { return AddedTokens(as_file({{"added_tokens", list}})); }

// "text|[token]|text", so that a test reads like its input.
std::string split(const AddedTokens& added, std::string_view text) {
  std::string joined;
  for (const auto& part : added.split(text)) {
    if (!joined.empty()) joined += "|";
    joined += part.token != nullptr ? fmt::format("[{}]", part.token->id) : std::string(part.text);
  }
  return joined;
}

std::string error_with(const nlohmann::json& list) {
  return error_of([&] { tokens(list); });
}

}  // namespace

TEST_CASE("Added tokens are cut out of the text") {
  const auto added = tokens({{{"id", 1}, {"content", "<s>"}}, {{"id", 2}, {"content", "<e>"}}});
  CHECK(split(added, "a<s>b<e><e>") == "a|[1]|b|[2]|[2]");
  CHECK(split(added, "plain <s text") == "plain <s text");
  CHECK(split(added, "").empty());
}

TEST_CASE("Of tokens that start at one place the longest wins") {
  const auto added = tokens({{{"id", 1}, {"content", "<s>"}}, {{"id", 2}, {"content", "<s><s>"}}});
  CHECK(split(added, "<s><s><s>") == "[2]|[1]");
}

TEST_CASE("Stripping tokens swallow the white space beside them, of any script") {
  const auto added =
      tokens({{{"id", 1}, {"content", "<m>"}, {"lstrip", true}}, {{"id", 2}, {"content", "<r>"}, {"rstrip", true}}});
  CHECK(split(added, "a \u3000<m> b") == "a|[1]| b");
  CHECK(split(added, "a <r> \u00a0\nb") == "a |[2]|b");
  CHECK(split(added, "a <r> <m>") == "a |[2]|[1]");
  CHECK(split(added, "  <m>") == "[1]");
}

TEST_CASE("A tokenizer without added tokens leaves the text alone") {
  CHECK(split(AddedTokens(as_file(nlohmann::json::object())), "a<s>") == "a<s>");
}

TEST_CASE("Malformed entries are refused") {
  CHECK_THAT(error_with(3), Contains("3: ") && Contains("added_tokens"));
  CHECK_THAT(error_with({3}), Contains("3: ") && Contains("added_tokens"));
  CHECK_THAT(error_with({{{"content", "<s>"}}}), Contains("added_tokens"));
  CHECK_THAT(error_with({{{"id", -1}, {"content", "<s>"}}}), Contains("added_tokens"));
  CHECK_THAT(error_with({{{"id", 1}, {"content", ""}}}), Contains("added_tokens"));
  CHECK_THAT(error_with({{{"id", 1}, {"content", "<s>"}, {"single_word", true}}}), Contains("single_word"));
}

}  // namespace added_tokens_test
