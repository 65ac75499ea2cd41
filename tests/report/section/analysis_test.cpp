#include "report/section/analysis.hpp"

#include <catch2/catch.hpp>

#include "report/run_folder_example.hpp"

namespace analysis_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::analysis_example;
using shoal::testing::Json;
using shoal::testing::RunFolder;

namespace {

std::string section(RunFolder& run) { return report::analysis_section(results::read_run(run.write())); }

}  // namespace

TEST_CASE("the section tells emergence, surge, rank and optimism") {
  RunFolder run;
  run.result["analysis"] = analysis_example();
  const std::string html = section(run);
  CHECK_THAT(html, Contains("number 2 of 3") && Contains("worse half"));
  CHECK_THAT(html, Contains("41.7 % <small>5 of 12</small>") && Contains("62.5 % <small>25 of 40</small>"));
  CHECK_THAT(html, Contains("8.3 % <small>5 of 60</small>"));
  CHECK_THAT(html, Contains("0.812") && Contains("+0.012"));
  CHECK_THAT(html, Contains("0.500 best") && Contains("0.750 any") && Contains("Diversity of the swarm"));
}

TEST_CASE("a validation part has a line of its own") {
  RunFolder run;
  run.result["analysis"] = analysis_example();
  CHECK_THAT(section(run), !Contains("validation part"));
  run.result["best"]["validation_utility"] = 0.9;
  CHECK_THAT(section(run), Contains("validation part") && Contains("+0.100"));
}

TEST_CASE("curves without numbers are left out") {
  RunFolder run;
  run.result["analysis"] = analysis_example();
  for (const char* key : {"emerged_best", "emerged_any"})
    run.result["analysis"]["iterations"][key] = {nullptr, nullptr, nullptr};
  CHECK_THAT(section(run), !Contains("share answered") && Contains("Diversity"));
  for (auto& [key, list] : run.result["analysis"]["iterations"].items()) list = Json::array();
  CHECK_THAT(section(run), !Contains("<svg") && Contains("<h2>How the winner came about</h2>"));
}

TEST_CASE("without a result or an analysis there is no section") {
  RunFolder older;
  CHECK(section(older) == "");
  older.result = nullptr;
  std::filesystem::remove(older.folder() / "result.json");
  CHECK(section(older) == "");
}

}  // namespace analysis_test
