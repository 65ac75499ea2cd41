#include "report/section/verdict.hpp"

#include <catch2/catch.hpp>

#include "report/run_folder_example.hpp"

namespace verdict_test {

using namespace shoal::report;
using namespace shoal::results;
using shoal::testing::RunFolder;

namespace {

std::string verdict(const RunFolder& run) { return verdict_section(read_run(run.write())); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("better means more than two standard errors, not two") {
  RunResult result;
  ResultRow row;
  row.position = {1.0};
  const auto stands = [&](double difference) {
    row.versus_best = Comparison{difference, 0.125};
    return standing(result, row);
  };
  CHECK(stands(0.26) == Standing::better);
  CHECK(stands(0.25) == Standing::level);
  CHECK(stands(0.0) == Standing::level);
  CHECK(stands(-0.25) == Standing::level);
  CHECK(stands(-0.26) == Standing::worse);
}

TEST_CASE("a win is claimed with both scores and the paired difference") {
  const std::string html = verdict(RunFolder{});
  CHECK(contains(html, "The swarm is better than the best single expert."));
  CHECK(contains(html, "100 held-out test examples"));
  CHECK(contains(html, "adder"));
  CHECK(contains(html, "0.800"));
  CHECK(contains(html, "0.600"));
  CHECK(contains(html, "+0.200"));
  CHECK_FALSE(contains(html, "Not beaten"));
}

TEST_CASE("a difference within two standard errors is called not measurable") {
  RunFolder run;
  run.result["experts"][0]["versus_best"]["difference"] = 0.03;
  const std::string html = verdict(run);
  CHECK(contains(html, "not measurably different"));
  CHECK(contains(html, "cannot tell them apart"));
  CHECK_FALSE(contains(html, "is better than"));
}

TEST_CASE("a loss is called a loss") {
  RunFolder run;
  run.result["experts"][0]["versus_best"]["difference"] = -0.2;
  const std::string html = verdict(run);
  CHECK(contains(html, "The swarm is worse than the best single expert."));
  CHECK(contains(html, "−0.200"));
}

TEST_CASE("a winner that is the best single expert itself is no win") {
  RunFolder run;
  run.result["best"]["position"] = {1.0, 0.0};
  CHECK(contains(verdict(run), "The search ended where it began"));
}

TEST_CASE("a baseline that is not beaten is named next to a win over the experts") {
  RunFolder run;
  run.result["baselines"][0]["versus_best"]["difference"] = 0.01;
  const std::string html = verdict(run);
  CHECK(contains(html, "The swarm is better than the best single expert."));
  CHECK(contains(html, "Not beaten by more than two standard errors: uniform soup (+0.010"));
}

TEST_CASE("without a result the page says that the search has not ended and claims nothing") {
  RunFolder run;
  run.result = nullptr;
  const std::string html = verdict(run);
  CHECK(contains(html, "The search has not ended."));
  CHECK(contains(html, "0.812"));
  CHECK_FALSE(contains(html, "is better"));
}

TEST_CASE("an ensemble that is not beaten is named too") {
  RunFolder run;
  run.result["ensemble"] = shoal::testing::row("ensemble", {}, 0.8, -0.01);
  CHECK(contains(verdict(run), "Not beaten by more than two standard errors: the ensemble of personal bests (−0.010"));
}

TEST_CASE("a control that is not beaten is the first thing that is said; one that is beaten is not mentioned") {
  RunFolder run;
  run.result["baselines"].push_back(shoal::testing::row("random_affine", {}, 0.8, 0.01));
  run.result["baselines"].push_back(shoal::testing::row("cma_es", {}, 0.6, 0.3));
  const std::string html = verdict(run);
  const auto control = html.find("does not beat a search without a swarm: random affine (+0.010");
  REQUIRE(control != std::string::npos);
  CHECK(control < html.find("The swarm is better than the best single expert."));
  CHECK(html.find("cma") == std::string::npos);
  run.result["baselines"][1]["versus_best"]["difference"] = 0.3;
  CHECK_FALSE(contains(verdict(run), "search without a swarm"));
}

}  // namespace verdict_test
