#include "evaluation/asynchronous/chunk_message.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace chunk_message_test {

using namespace shoal::evaluation;

TEST_CASE("a block's name and what belongs to it come back from their numbers") {
  const ChunkName name{3, 41, 7};
  const std::vector<double> content{1.0 / 3.0, -0.0};
  const auto numbers = to_numbers(name, content);
  CHECK(name_in(numbers) == name);
  CHECK(content_in(numbers) == content);
  CHECK(content_in(to_numbers(name, {})).empty());
}

TEST_CASE("numbers that are too few for a name are an error") {
  using shoal::testing::error_of;
  CHECK_THAT(error_of([] { name_in({1.0, 2.0}); }), Catch::Matchers::StartsWith("1: "));
  CHECK_THAT(error_of([] { content_in({}); }), Catch::Matchers::StartsWith("1: "));
}

}  // namespace chunk_message_test
