#include "report/html/bars.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <regex>

namespace bars_test {

using namespace shoal::report;

namespace {

struct Bar {
  double x;
  double width;
};

std::vector<Bar> bars(const std::string& svg) {
  const std::regex pattern("<rect class=\"[^\"]*\" x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"");
  std::vector<Bar> found;
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at) {
    found.push_back({std::stod((*at)[1]), std::stod((*at)[2])});
  }
  return found;
}

}  // namespace

TEST_CASE("the length of a score bar is proportional to the score") {
  const double half = bars(score_bar(0.4, 0.1, {0, 0.8}, "plain")).at(0).width;
  const double whole = bars(score_bar(0.8, 0.1, {0, 0.8}, "plain")).at(0).width;
  CHECK(half == Approx(whole / 2).margin(0.1));
}

TEST_CASE("a score bar says its value and its standard error") {
  CHECK(score_bar(0.4, 0.1, {0, 1}, "plain").find("aria-label=\"0.400, standard error 0.100\"") != std::string::npos);
}

TEST_CASE("a score bar without a finite standard error has no whisker, without a finite score no image") {
  CHECK(score_bar(0.4, 0.1, {0, 1}, "plain").find("whisker") != std::string::npos);
  CHECK(score_bar(0.4, std::nan(""), {0, 1}, "plain").find("whisker") == std::string::npos);
  CHECK(score_bar(std::nan(""), 0.1, {0, 1}, "plain").empty());
}

TEST_CASE("positive and negative weights lie on opposite sides of one zero line") {
  const std::vector<NamedWeight> weights = {{"up", 1.25}, {"down", -0.25}};

  const std::string svg = weight_bars(weights, "test");

  const std::vector<Bar> drawn = bars(svg);
  REQUIRE(drawn.size() == 2);
  CHECK(drawn[0].x == Approx(drawn[1].x + drawn[1].width).margin(0.2));
  CHECK(drawn[0].width == Approx(5 * drawn[1].width).margin(0.5));
  CHECK(svg.find("−0.250") != std::string::npos);
}

TEST_CASE("long names are cut between characters and kept whole in the tooltip") {
  std::string name;
  for (int i = 0; i < 20; ++i) name += "ü";
  const std::string svg = weight_bars(std::vector<NamedWeight>{{name, 1.0}}, "test");
  CHECK(svg.find(name + ": +1.000</title>") != std::string::npos);
  CHECK(svg.find("ü…</text>") != std::string::npos);
}

TEST_CASE("names of experts are escaped") {
  CHECK(weight_bars(std::vector<NamedWeight>{{"<b>", 1.0}}, "test").find("<b>") == std::string::npos);
}

}  // namespace bars_test
