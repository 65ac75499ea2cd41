#include "checkpoint/completion_markers.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace completion_markers_test {

using namespace shoal;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

std::vector<checkpoint::Manifest::File> files_of(int rank) {
  return {{"rank-" + std::to_string(rank), 7, "abc", "dense", rank}, {"reached", 8, "def", "reached", rank}};
}

}  // namespace

TEST_CASE("receipts are collected in rank order, whenever they come, and taken away") {
  const TempFolder folder;
  const checkpoint::CompletionMarkers receipts;
  checkpoint::CompletionMarkers::post(folder.path(), 2, files_of(2));
  auto collected = std::async(std::launch::async, [&] { return receipts.collect(folder.path(), 4); });
  checkpoint::CompletionMarkers::post(folder.path(), 3, files_of(3));
  std::this_thread::sleep_for(20ms);
  checkpoint::CompletionMarkers::post(folder.path(), 1, files_of(1));
  const auto files = collected.get();
  REQUIRE(files.size() == 6);
  CHECK(files[0].name == "rank-1");
  CHECK(files[0].bytes == 7);
  CHECK(files[1].kind == "reached");
  CHECK(files[2].rank == 2);
  CHECK(files[5].xxh3 == "def");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("one rank waits for nobody") {
  const TempFolder folder;
  CHECK(checkpoint::CompletionMarkers().collect(folder.path(), 1).empty());
}

TEST_CASE("whoever has given up waits no longer and names the missing rank") {
  const TempFolder folder;
  checkpoint::CompletionMarkers receipts;
  checkpoint::CompletionMarkers::post(folder.path(), 1, files_of(1));
  auto collected =
      std::async(std::launch::async, [&] { return error_of([&] { receipts.collect(folder.path(), 3); }); });
  std::this_thread::sleep_for(5ms);
  receipts.give_up(5ms);
  CHECK_THAT(collected.get(), StartsWith("4: rank 2 has not written its part"));
}

TEST_CASE("a folder that cannot be written to is a resource error") {
  CHECK_THAT(error_of([] { checkpoint::CompletionMarkers::post("/proc/none", 1, files_of(1)); }), StartsWith("4: "));
}

TEST_CASE("a receipt that is no list of files is refused by its name") {
  const TempFolder folder;
  write_durably(folder / "receipt-0001.json", "[{\"name\": 7}]");
  CHECK_THAT(error_of([&] { checkpoint::CompletionMarkers().collect(folder.path(), 2); }),
             StartsWith("3: ") && Contains("receipt-0001.json"));
}

}  // namespace completion_markers_test
