#include "text/tokenizer/byte_level.hpp"

#include <catch2/catch.hpp>

namespace byte_level_test {

using namespace shoal::text;

TEST_CASE("Every byte has a character of its own and comes back from it") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  CHECK(from_byte_alphabet(to_byte_alphabet(bytes)) == bytes);
}

TEST_CASE("Printable bytes are themselves, a space is the well-known letter") {
  CHECK(to_byte_alphabet("az~") == "az~");
  CHECK(to_byte_alphabet(" \n") == "\u0120\u010a");
  CHECK(to_byte_alphabet("\u00e9") == "\u00c3\u00a9");
}

TEST_CASE("A token outside the alphabet stands for itself") {
  CHECK(from_byte_alphabet("a b") == "a b");
  CHECK(from_byte_alphabet("\u0120\u4e00") == "\u0120\u4e00");
  CHECK(from_byte_alphabet("\u0120x") == " x");
}

TEST_CASE("Valid UTF-8 is left alone") {
  for (const std::string text : {"", "abc", "\u00e9\u4e00\U0001f600", "\ufffd"}) CHECK(repaired_utf8(text) == text);
}

TEST_CASE("Each maximal invalid part becomes one replacement character") {
  CHECK(repaired_utf8("a\x80z") == "a\ufffdz");
  CHECK(repaired_utf8("\xe4\xb8") == "\ufffd");  // a truncated character is one part
  CHECK(repaired_utf8("\xf0\x9f\x98z") == "\ufffdz");
  CHECK(repaired_utf8("\xc0\xaf") == "\ufffd\ufffd");            // overlong: no byte of it can start a character
  CHECK(repaired_utf8("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");  // a surrogate
  CHECK(repaired_utf8("\xf4\x90\x80\x80") == "\ufffd\ufffd\ufffd\ufffd");
  CHECK(repaired_utf8("\xe4\xb8\xe4\xb8\x80") == "\ufffd\u4e00");
  CHECK(repaired_utf8("\xff") == "\ufffd");
}

}  // namespace byte_level_test
