#include "model/decoding/prompt_check.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"

namespace prompt_check_test {

using Catch::Matchers::Contains;
using namespace shoal::model;
using shoal::testing::error_of;

namespace {

std::string error(const std::vector<TokenId>& prompt, std::int64_t new_tokens) {
  ModelConfig config;
  config.vocabulary_size = 10;
  config.context = 5;
  return error_of([&] { check_prompt(config, prompt, new_tokens); });
}

}  // namespace

TEST_CASE("A prompt may fill the context together with its new tokens, and not more") {
  CHECK(error({0, 9, 1}, 2) == "none");
  CHECK_THAT(error({0, 9, 1}, 3), Contains("3: ") && Contains("3 tokens and 3 new"));
}

TEST_CASE("Empty prompts and tokens of another vocabulary are refused") {
  CHECK_THAT(error({}, 1), Contains("3: ") && Contains("empty"));
  CHECK_THAT(error({1, 10}, 1), Contains("3: ") && Contains("token id 10"));
  CHECK_THAT(error({-1}, 1), Contains("token id -1"));
}

}  // namespace prompt_check_test
