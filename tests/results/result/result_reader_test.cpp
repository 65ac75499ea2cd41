#include "results/result/result_reader.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "report/run_folder_example.hpp"

namespace result_reader_test {

using namespace shoal;
using namespace shoal::results;
using shoal::testing::analysis_example;
using shoal::testing::RunFolder;

TEST_CASE("what to_json writes is read back unchanged") {
  const RunFolder run;
  const RunResult first = read_result(run.write() / "result.json").run;

  run.write_file("again.json", to_json(first));
  const RunResult second = read_result(run.folder() / "again.json").run;

  CHECK(to_json(second) == to_json(first));
  CHECK(second.seed == 7);
  CHECK(second.best.test.tasks.at("sums").examples == 50);
  CHECK_FALSE(second.best.versus_best);
  CHECK(second.experts.at(1).versus_best->difference == 0.4);
}

TEST_CASE("an analysis comes back with its result") {
  RunFolder run;
  run.result["analysis"] = analysis_example();
  const RunResult first = read_result(run.write() / "result.json").run;
  run.write_file("again.json", to_json(first));
  CHECK(read_result(run.folder() / "again.json").run.analysis == first.analysis);
  CHECK(first.analysis->test.emerged == 5);
}

TEST_CASE("a number that is not finite is written as null and read as nan") {
  RunFolder run;
  run.result["best"]["test"]["standard_error"] = nullptr;
  CHECK(std::isnan(read_result(run.write() / "result.json").run.best.test.standard_error));
}

TEST_CASE("the best single expert is found by name") {
  const RunFolder run;
  CHECK(best_single(read_result(run.write() / "result.json").run).test.utility == 0.6);
}

TEST_CASE("a damaged result is refused") {
  RunFolder run;
  SECTION("a key is missing") { run.result.erase("best"); }
  SECTION("a number is text") { run.result["evaluations"] = "many"; }
  SECTION("the best single expert is unknown") { run.result["best_single"] = "nobody"; }
  run.write();
  CHECK_THROWS_AS(read_result(run.folder() / "result.json"), Error);
  run.write_file("result.json", "{");
  CHECK_THROWS_WITH(read_result(run.folder() / "result.json"), Catch::Contains("is damaged"));
}

}  // namespace result_reader_test
