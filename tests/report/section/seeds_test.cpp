#include "report/section/seeds.hpp"

#include <catch2/catch.hpp>

#include "report/report.hpp"
#include "report/run_folder_example.hpp"
#include "support/temp_folder.hpp"

namespace seeds_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::RunFolder;
using shoal::testing::TempFolder;

namespace fs = std::filesystem;

namespace {

/// A folder with the search of each seed, whose winner scores 0.1 times the seed.
void fill(const fs::path& parent, const std::vector<int>& seeds) {
  for (const int seed : seeds) {
    RunFolder run;
    run.result["seed"] = seed;
    run.result["best"]["test"]["utility"] = 0.1 * seed;
    fs::copy(run.write(), parent / ("seed-" + std::to_string(seed)));
  }
}

}  // namespace

TEST_CASE("the report of a folder of seeds has their means and a row for each") {
  const TempFolder temp;
  fill(temp.path(), {4, 6, 8});
  const std::string page = report::render_report(temp.path());
  CHECK_THAT(page, Contains("<h2>Over seeds</h2>"));
  CHECK_THAT(page, Contains("Winners score from 0.400 (seed 4) to 0.800 (seed 8)"));
  CHECK_THAT(page, Contains("0.600\u00a0<span class=\"se\">±\u00a00.115</span>"));
  CHECK_THAT(page, Contains("3 of 3 searches have ended"));
  CHECK_THAT(page, Contains("<h2>Runs</h2>"));
}

TEST_CASE("searches that have not begun are left out and those that go on are counted") {
  const TempFolder temp;
  fill(temp.path(), {4, 6});
  fs::remove(temp.path() / "seed-6/result.json");
  fs::create_directory(temp.path() / "seed-7");
  CHECK_THAT(report::render_report(temp.path()), Contains("1 of 2 searches have ended"));
}

TEST_CASE("without a search that has ended there are no means") {
  const TempFolder temp;
  fill(temp.path(), {4});
  fs::remove(temp.path() / "seed-4/result.json");
  CHECK_THAT(report::render_report(temp.path()), !Contains("Over seeds") && Contains("<h2>Runs</h2>"));
}

}  // namespace seeds_test
