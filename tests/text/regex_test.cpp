#include "text/regex.hpp"

#include <catch2/catch.hpp>

namespace regex_test {

using shoal::text::Regex;

namespace {

std::vector<std::string> matches(std::string_view pattern, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& match : Regex::compile(pattern)->find_all(text)) {
    found.push_back(text.substr(match.start, match.end - match.start));
  }
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("Matches are found from left to right") {
  CHECK(matches("a+", "aab a") == Texts{"aa", "a"});
  CHECK(matches("x", "aab a").empty());
  CHECK(matches("a*", "baab") == Texts{"aa"});  // empty matches do not count
}

TEST_CASE("Classes know all scripts, and lookahead works") {
  CHECK(matches(R"(\p{L}+)", "\u00e9\u4e00 1") == Texts{"\u00e9\u4e00"});
  CHECK(matches(R"(\s+)", "a\u3000\u00a0b") == Texts{"\u3000\u00a0"});
  CHECK(matches(R"(\s+(?!\S))", "a  b") == Texts{" "});
}

TEST_CASE("An escaped text matches itself alone") {
  const std::string odd = R"(a.(b)[c]{d}*+?^$|\)";
  CHECK(matches(Regex::escaped(odd), "x" + odd + "y") == Texts{odd});
  CHECK(matches(Regex::escaped("."), "a").empty());
}

TEST_CASE("What is not a regular expression is not compiled") {
  CHECK_FALSE(Regex::compile("(unclosed").has_value());
  CHECK_FALSE(Regex::compile("[").has_value());
}

}  // namespace regex_test
