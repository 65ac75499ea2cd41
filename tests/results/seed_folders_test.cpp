#include "results/seed_folders.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace seed_folders_test {

using namespace shoal;
using shoal::testing::TempFolder;

namespace fs = std::filesystem;

TEST_CASE("a seed's folder lies below the run folder") {
  CHECK(results::seed_folder("runs/x", 0xffffffffffffffffU) == "runs/x/seed-18446744073709551615");
}

TEST_CASE("a folder of seeds stands for their folders, ascending by number") {
  const TempFolder temp;
  for (const char* name : {"seed-10", "seed-9", "seed-", "seed-1x", "seed--1", "checkpoints"})
    fs::create_directory(temp.path() / name);
  std::ofstream(temp.path() / "seed-3") << "a file";
  CHECK(results::searches_in(temp.path()) == std::vector<fs::path>{temp.path() / "seed-9", temp.path() / "seed-10"});
}

TEST_CASE("a folder with a history of its own, an empty one and a missing one stand for themselves") {
  const TempFolder temp;
  CHECK(results::searches_in(temp.path()) == std::vector{temp.path()});
  CHECK(results::searches_in(temp.path() / "missing") == std::vector{temp.path() / "missing"});
  fs::create_directory(temp.path() / "seed-1");
  std::ofstream(temp.path() / "history.jsonl") << "{}\n";
  CHECK(results::searches_in(temp.path()) == std::vector{temp.path()});
}

TEST_CASE("several folders are looked into one after the other") {
  const TempFolder temp;
  for (const char* name : {"b/seed-2", "b/seed-1", "a"}) fs::create_directories(temp.path() / name);
  const auto at = [&](const char* name) { return (temp.path() / name).string(); };
  CHECK(results::searches_in(std::vector{at("b"), at("a")}) ==
        std::vector<fs::path>{at("b/seed-1"), at("b/seed-2"), at("a")});
}

TEST_CASE("what needs one search refuses a folder of seeds and names the first") {
  const TempFolder temp;
  CHECK_NOTHROW(results::expect_one_search(temp.path()));
  fs::create_directories(temp.path() / "seed-4");
  const std::string error = shoal::testing::error_of([&] { results::expect_one_search(temp.path()); });
  CHECK_THAT(error, Catch::Matchers::StartsWith("2: ") && Catch::Matchers::Contains("such as") &&
                        Catch::Matchers::Contains("seed-4"));
}

}  // namespace seed_folders_test
