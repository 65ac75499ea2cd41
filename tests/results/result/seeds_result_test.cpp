#include "results/result/seeds_result.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

namespace seeds_result_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

namespace {

results::ResultRow row(const std::string& name, double dev, double test) {
  return {name, {}, {dev, 0.0, 10, {}}, {test, 0.0, 10, {}}, std::nullopt};
}

results::RunResult run(std::uint64_t seed, double swarm, double soup) {
  results::RunResult result;
  result.seed = seed;
  result.evaluations = 100;
  result.best = row("swarm", swarm + 0.1, swarm);
  result.experts = {row("adder", 0.5, 0.4)};
  result.baselines = {row("uniform_soup", 0.3, soup)};
  return result;
}

results::SeedsResult three_searches() {
  return results::summarise("demo", {run(5, 0.6, 0.2), run(1, 0.8, 0.5), run(9, 0.7, 0.2)});
}

}  // namespace

TEST_CASE("the standard error over searches uses n - 1, and one search has none") {
  const results::SeedMean mean = results::mean_over_seeds({0.6, 0.8, 0.7});
  CHECK(mean.mean == Approx(0.7));
  CHECK(*mean.standard_error == Approx(0.1 / std::sqrt(3.0)));
  CHECK(results::mean_over_seeds({0.6}).mean == 0.6);
  CHECK_FALSE(results::mean_over_seeds({0.6}).standard_error);
}

TEST_CASE("rows are means over searches and differences are taken search by search") {
  const results::SeedsResult result = three_searches();
  CHECK(result.best.test.mean == Approx(0.7));
  CHECK(result.best.dev.mean == Approx(0.8));
  CHECK_FALSE(result.best.swarm_minus_it);
  CHECK(*result.experts.at(0).test.standard_error == Approx(0.0).margin(1e-15));
  const results::SeedRow& soup = result.baselines.at(0);
  CHECK(soup.test.mean == Approx(0.3));
  CHECK(soup.swarm_minus_it->mean == Approx(0.4));
  // differences 0.4, 0.3, 0.5
  CHECK(*soup.swarm_minus_it->standard_error == Approx(0.1 / std::sqrt(3.0)));
}

TEST_CASE("a row that one search lacks is left out") {
  results::RunResult with = run(1, 0.8, 0.5);
  with.baselines.push_back(row("slerp", 0.4, 0.4));
  const results::SeedsResult result = results::summarise("demo", {with, run(2, 0.7, 0.4)});
  REQUIRE(result.baselines.size() == 1);
  CHECK(result.baselines.front().name == "uniform_soup");
}

TEST_CASE("the document has seeds in their order, totals, means and every search") {
  const Json json = Json::parse(to_json(three_searches()));
  CHECK(json["name"] == "demo");
  CHECK(json["seeds"] == Json({5, 1, 9}));
  CHECK(json["searches"] == 3);
  CHECK(json["evaluations"] == 300);
  CHECK(json["best"]["test"]["mean"] == Approx(0.7));
  CHECK_FALSE(json["best"].contains("swarm_minus_it"));
  CHECK(json["baselines"][0]["swarm_minus_it"]["mean"] == Approx(0.4));
  CHECK(json["runs"][1]["folder"] == "seed-1");
  CHECK(json["runs"][1]["test"] == 0.8);
}

TEST_CASE("a single search has null for a standard error") {
  const Json json = Json::parse(to_json(results::summarise("demo", {run(5, 0.6, 0.2)})));
  CHECK(json["best"]["test"]["standard_error"].is_null());
}

TEST_CASE("the table shows means with standard errors and says what they are over") {
  const std::string table = results::to_table(three_searches());
  CHECK_THAT(table, Contains("over 3 searches that differ in their seed"));
  CHECK_THAT(table, Contains("0.700 ± 0.058"));
  CHECK_THAT(table, Contains("uniform_soup"));
  CHECK_THAT(results::to_table(results::summarise("", {run(5, 0.6, 0.2)})), !Contains("0.600 ±"));
}

}  // namespace seeds_result_test
