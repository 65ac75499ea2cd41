#include "text/placeholders.hpp"

#include <catch2/catch.hpp>

namespace placeholders_test {

using shoal::text::fill_placeholders;

TEST_CASE("placeholders are replaced once, and braces inside of texts stay", "[placeholders]") {
  CHECK(fill_placeholders("{a} and {b}, {a}", {{"{a}", "{b}"}, {"{b}", "x"}}) == "{b} and x, {b}");
  CHECK(fill_placeholders("{unknown} {", {{"{a}", "1"}}) == "{unknown} {");
}

}  // namespace placeholders_test
