#include "task/pattern.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace pattern_test {

using namespace shoal::task;

namespace {

bool is_word_of(const char* word, const char* text) {
  return Pattern(word, Boundary::whole_word, Case::sensitive).find(text).has_value();
}

bool equal_but_for_case(const char* a, const char* b) {
  const auto span = Pattern(a, Boundary::anywhere, Case::insensitive).find(b);
  return span && span->begin == 0 && span->end == std::string(b).size();
}

}  // namespace

TEST_CASE("a pattern finds its first occurrence at or behind a place") {
  const Pattern pattern("ab", Boundary::anywhere, Case::sensitive);
  CHECK(pattern.find("xabab")->begin == 1);
  CHECK(pattern.find("xabab")->end == 3);
  CHECK(pattern.find("xabab", 2)->begin == 3);
  CHECK_FALSE(pattern.find("xabab", 4));
  CHECK_FALSE(pattern.find("AB"));
  CHECK_FALSE(pattern.find(""));
}

TEST_CASE("every character of a pattern means itself") {
  for (const char* text :
       {"a.c", "(A)", "[x]", "a*b", "\\d", "\\E\\Q", "$5", "^", "{2}", "a|b", "#", "-", "a b", "a\nb", "'\""}) {
    INFO(text);
    const auto span = Pattern(text, Boundary::anywhere, Case::sensitive).find("<" + std::string(text) + ">");
    REQUIRE(span);
    CHECK(span->begin == 1);
  }
  CHECK_FALSE(Pattern("a.c", Boundary::anywhere, Case::sensitive).find("abc"));
  CHECK(Pattern(std::string("a\0b", 3), Boundary::anywhere, Case::sensitive).find(std::string("xa\0b", 4))->begin == 1);
}

TEST_CASE("a whole word has no letter, digit or underscore beside it, in any script") {
  for (const char* text : {"A", "A.", "(A)", "is A", "A\n", "-A-", "A\xCC\x81", "€A",
                           "\xEF\xBF\xBD"
                           "A"}) {
    INFO(text);
    CHECK(is_word_of("A", text));
  }
  for (const char* text : {"AB", "xA", "A1", "_A", "éA", "Aß", "A中", "٣A", "", "a"}) {
    INFO(text);
    CHECK_FALSE(is_word_of("A", text));
  }
  CHECK(is_word_of("A", "BA A"));
  CHECK(is_word_of("12", "-12.5"));
  CHECK_FALSE(is_word_of("12", "120"));
}

TEST_CASE("the context before the place to start from still counts") {
  CHECK_FALSE(Pattern("A", Boundary::whole_word, Case::sensitive).find("xA", 1));
  CHECK(Pattern("A", Boundary::whole_word, Case::sensitive).find(".A", 1));
}

TEST_CASE("case may be ignored in any script") {
  CHECK(equal_but_for_case("yes", "YES"));
  CHECK(equal_but_for_case("ÉTÉ", "été"));
  CHECK(equal_but_for_case("Ω", "ω"));
  CHECK(equal_but_for_case("ДА", "да"));
  CHECK_FALSE(equal_but_for_case("e", "É"));
}

TEST_CASE("copies of a pattern find the same") {
  const Pattern original("x", Boundary::anywhere, Case::sensitive);
  const Pattern copy = original;
  CHECK(copy.find("yx")->begin == original.find("yx")->begin);
}

}  // namespace pattern_test
