#include "base/spelling.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace shoal::spelling_test {

TEST_CASE("edit distance counts insertions, deletions and substitutions", "[spelling]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("swarm", "swarm") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("patience", "pateince") == 2);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("edit distance is symmetric", "[spelling]") {
  CHECK(edit_distance("restart", "start") == edit_distance("start", "restart"));
}

TEST_CASE("nearest finds the intended word of a typing error", "[spelling]") {
  const std::vector<std::string> keys{"patience", "restart_patience", "particles", "step_length"};
  CHECK(nearest("patiense", keys) == "patience");
  CHECK(nearest("step_lenght", keys) == "step_length");
  CHECK(nearest("particle", keys) == "particles");
}

TEST_CASE("nearest prefers the first of equally near words", "[spelling]") {
  const std::vector<std::string> keys{"bat", "cat"};
  CHECK(nearest("rat", keys) == "bat");
}

TEST_CASE("nearest without candidates is an internal error", "[spelling]") {
  CHECK(testing::error_of([] { nearest("x", {}); }) == "1: nearest needs a candidate.");
}

}  // namespace shoal::spelling_test
