#include "report/html/text.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace text_test {

using namespace shoal::report;

TEST_CASE("escape replaces exactly the five characters that HTML gives a meaning") {
  CHECK(escape("<a href=\"x\">Tom & 'Jo'</a>") == "&lt;a href=&quot;x&quot;&gt;Tom &amp; &#39;Jo&#39;&lt;/a&gt;");
  CHECK(escape("plain ± ünïcode") == "plain ± ünïcode");
}

TEST_CASE("scores have three decimals and a true minus sign") {
  CHECK(score(0.8125) == "0.812");
  CHECK(score(-0.5) == "−0.500");
  CHECK(signed_score(0.25) == "+0.250");
  CHECK(signed_score(-0.25) == "−0.250");
}

TEST_CASE("a score that is not finite is a dash, never nan or inf") {
  CHECK(score(std::nan("")) == "–");
  CHECK(signed_score(HUGE_VAL) == "–");
  CHECK(score_with_error(0.5, std::nan("")) == "0.500");
}

TEST_CASE("a score and its standard error stay on one line") {
  CHECK(score_with_error(0.5, 0.02) == "0.500\u00a0<span class=\"se\">±\u00a00.020</span>");
}

TEST_CASE("counts are grouped by thousands") {
  CHECK(count(7) == "7");
  CHECK(count(999) == "999");
  CHECK(count(1000) == "1,000");
  CHECK(count(-1234567) == "−1,234,567");
  CHECK(counted(1, "rank") == "1 rank");
  CHECK(counted(2, "rank") == "2 ranks");
}

TEST_CASE("durations read as people say them") {
  CHECK(duration(8.44) == "8.4 s");
  CHECK(duration(59.99) == "1 min 00 s");
  CHECK(duration(250.1) == "4 min 10 s");
  CHECK(duration(7384.0) == "2 h 03 min");
  CHECK(duration(std::nan("")) == "–");
}

TEST_CASE("memory is given in the largest binary unit that keeps it above one") {
  CHECK(memory(512) == "512 B");
  CHECK(memory(1024) == "1.0 KiB");
  CHECK(memory(1503238553) == "1.4 GiB");
}

TEST_CASE("rates are percentages with one decimal") { CHECK(percent(0.0321) == "3.2 %"); }

}  // namespace text_test
