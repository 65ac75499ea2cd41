#include "task/scorer/response_cache.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>
#include <vector>

#include "support/temp_folder.hpp"

namespace response_cache_test {

using namespace shoal::task;
using shoal::testing::TempFolder;

TEST_CASE("a reply is found under its question only", "[cache]") {
  const TempFolder folder;
  const ResponseCache cache(folder.path() / "replies");
  CHECK_FALSE(cache.find("q"));
  cache.store("q", "reply");
  CHECK(cache.find("q") == "reply");
  CHECK_FALSE(cache.find("r"));
}

TEST_CASE("without a folder nothing is kept", "[cache]") {
  const ResponseCache cache{std::filesystem::path()};
  cache.store("q", "reply");
  CHECK_FALSE(cache.find("q"));
}

TEST_CASE("several threads may store the same reply at once", "[cache]") {
  const TempFolder folder;
  const ResponseCache cache(folder.path());
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { cache.store("q", std::string(10'000, 'r')); });
  }
  CHECK(cache.find("q") == std::string(10'000, 'r'));
}

}  // namespace response_cache_test
