#include "text/text.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace text_test {

using namespace shoal::text;

TEST_CASE("UTF-8 is what Unicode allows and nothing else") {
  for (const char* good :
       {"", "plain", "é", "€", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    INFO(good);
    CHECK(is_utf8(good));
  }
  for (const char* bad : {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE9z"}) {
    INFO(bad);
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("stripping removes what Python calls white space, at both ends only") {
  const std::string spaces =
      "\t\n\v\f\r\x1C\x1D\x1E\x1F "
      "\xC2\x85\xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x8A\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\x9F\xE3\x80"
      "\x80";
  CHECK(strip(spaces + "a b" + spaces) == "a b");
  CHECK(strip_left(spaces + "a ") == "a ");
  CHECK(strip(spaces).empty());
  CHECK(strip("").empty());
}

TEST_CASE("what only looks like white space stays") {
  // ZERO WIDTH SPACE, MONGOLIAN VOWEL SEPARATOR, WORD JOINER, byte order mark: not spaces in Python.
  for (const char* kept : {"\xE2\x80\x8B", "\xE1\xA0\x8E", "\xE2\x81\xA0", "\xEF\xBB\xBF"}) {
    CHECK(strip(kept) == kept);
    CHECK(strip_left(kept) == kept);
  }
}

TEST_CASE("windows count code points") {
  const std::string_view text = "é€\xF0\x9F\x98\x80x";  // 2 + 3 + 4 + 1 bytes
  CHECK(length(text) == 4);
  const std::vector<std::size_t> firsts{0, 2, 5, 9, 10, 10};
  const std::vector<std::size_t> lasts{10, 9, 5, 2, 0, 0};
  for (std::size_t count = 0; count < firsts.size(); ++count) {
    CHECK(offset_of_first(text, count) == firsts[count]);
    CHECK(offset_of_last(text, count) == lasts[count]);
  }
  CHECK(length("") == 0);
  CHECK(offset_of_last("", 5) == 0);
}

TEST_CASE("the last words are those of Python's split at single spaces") {
  CHECK(last_words("a b c", 2) == "b c");
  CHECK(last_words("a b c", 3) == "a b c");
  CHECK(last_words("a b c", 9) == "a b c");
  CHECK(last_words("a  b", 2) == " b");  // ["a", "", "b"]
  CHECK(last_words("a ", 1).empty());    // ["a", ""]
  CHECK(last_words("a\nb c", 2) == "a\nb c");
  CHECK(last_words("", 5).empty());
}

TEST_CASE("lower case changes ASCII letters only") { CHECK(lower_ascii("GSM8k_É-Z") == "gsm8k_É-z"); }

}  // namespace text_test
