#include "task/number_parser.hpp"

#include <catch2/catch.hpp>

namespace number_parser_test {

using namespace shoal::task;

TEST_CASE("the last number of a text", "[number]") {
  CHECK(last_number("The answer is 12.") == "12");
  CHECK(last_number("3 + 4 = 7") == "7");
  CHECK(last_number("it is -1,234.50 dollars") == "-1,234.50");
  CHECK(last_number("1,2,3") == "3");
  CHECK(last_number("1,2345") == "2345");
  CHECK(last_number("5-3") == "3");        // a minus between operands
  CHECK(last_number("covid-19") == "19");  // a hyphen
  CHECK(last_number("= -3") == "-3");
  CHECK(last_number("(2)-3") == "3");
  CHECK(last_number("v1.2.3") == "3");
  CHECK_FALSE(last_number("none"));
  CHECK_FALSE(last_number(""));
}

TEST_CASE("numbers are compared by value", "[number]") {
  CHECK(NumberParser("1200").matches("so 1,200.0 it is"));
  CHECK(NumberParser("#### -3").matches("x = -3."));
  CHECK(NumberParser("+5").matches("5"));
  CHECK_FALSE(NumberParser("12").matches("120"));
  CHECK_FALSE(NumberParser("12").matches("12, or rather 13"));
  CHECK_FALSE(NumberParser("12").matches(""));
  CHECK_FALSE(NumberParser("twelve").usable());
}

}  // namespace number_parser_test
