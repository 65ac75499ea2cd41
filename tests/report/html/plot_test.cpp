#include "report/html/plot.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <regex>

namespace plot_test {

using namespace shoal::report;

namespace {

const double nan_value = std::nan("");

// The y attributes of the labels, in the order of the image.
std::vector<double> label_heights(const std::string& svg) {
  const std::regex pattern("<text class=\"label [^\"]*\" x=\"[0-9.]+\" y=\"([0-9.]+)\"");
  std::vector<double> heights;
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at)
    heights.push_back(std::stod((*at)[1]));
  return heights;
}

std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a range holds the finite values and ignores the others") {
  const std::vector<double> values = {0.3, nan_value, -0.2, HUGE_VAL};
  CHECK(range_of(values).low == -0.2);
  CHECK(range_of(values).high == 0.3);
  CHECK(range_of(std::vector<double>{nan_value}).high == 1.0);
}

TEST_CASE("a padded range is never empty") {
  for (const double value : {0.0, 0.5, -3.0}) {
    const Range range = padded({value, value});
    CHECK(range.low < value);
    CHECK(range.high > value);
  }
}

TEST_CASE("ticks are round numbers inside the range") {
  CHECK(ticks({0.0, 10.0}, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(ticks({-0.11, 0.12}, 4) == std::vector<double>{-0.1, 0.0, 0.1});
  CHECK(ticks({0.0, 2.0}, 10, 1.0) == std::vector<double>{0, 1, 2});
  CHECK_FALSE(std::signbit(ticks({0.0, 10.0}, 5).front()));
}

TEST_CASE("a staircase holds each value until the next") {
  const std::vector<Point> steps = staircase(std::vector<Point>{{0, 1}, {1, 3}});
  REQUIRE(steps.size() == 3);
  CHECK(steps[1].x == 1.0);
  CHECK(steps[1].y == 1.0);
  CHECK(steps[2].y == 3.0);
}

TEST_CASE("a line is interrupted where a point is not finite, and no nan reaches the image") {
  Plot plot({}, {0, 4}, {0, 1});
  plot.line(std::vector<Point>{{0, 0}, {1, 1}, {2, nan_value}, {3, 0}, {4, 1}}, "best");
  plot.mark({1, nan_value}, Mark::dot, "particle", "nothing");
  plot.end_label(nan_value, "nothing", "best");

  const std::string svg = plot.svg("test");

  CHECK(occurrences(svg, "M") == 2);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("nothing") == std::string::npos);
}

TEST_CASE("a higher value is drawn higher and a later one further right") {
  Plot plot({300, 200, 50}, {0, 1}, {0, 1});
  plot.line(std::vector<Point>{{0, 0}, {1, 1}}, "best");
  std::smatch match;
  const std::string svg = plot.svg("test");
  REQUIRE(std::regex_search(svg, match, std::regex("d=\"M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)\"")));
  CHECK(std::stod(match[3]) > std::stod(match[1]));
  CHECK(std::stod(match[4]) < std::stod(match[2]));
  CHECK(std::stod(match[3]) == 250.0);
}

TEST_CASE("labels of nearly equal values do not overlap and stay inside") {
  Plot plot({300, 200, 50}, {0, 1}, {0, 1});
  for (const double y : {0.02, 0.01, 0.0, 0.0}) plot.end_label(y, "label", "best");

  const std::vector<double> heights = label_heights(plot.svg("test"));

  REQUIRE(heights.size() == 4);
  for (std::size_t i = 1; i < heights.size(); ++i) CHECK(heights[i] - heights[i - 1] >= 15.9);
  CHECK(heights.back() <= 200.0);
}

TEST_CASE("descriptions, tooltips and labels are escaped") {
  Plot plot({}, {0, 1}, {0, 1});
  plot.mark({0, 0}, Mark::triangle, "restart", "<tip>");
  plot.end_label(0.5, "<label>", "best");
  const std::string svg = plot.svg("\"<image>\"");
  CHECK(svg.find("aria-label=\"&quot;&lt;image&gt;&quot;\"") != std::string::npos);
  CHECK(svg.find("<title>&lt;tip&gt;</title>") != std::string::npos);
  CHECK(svg.find("&lt;label&gt;") != std::string::npos);
}

TEST_CASE("a plot over a single iteration draws finite coordinates") {
  Plot plot({}, {0, 0}, {0, 1});
  plot.axes("iteration", "utility");
  plot.mark({0, 0.5}, Mark::ring, "particle", "only");
  CHECK(plot.svg("test").find("nan") == std::string::npos);
}

}  // namespace plot_test
