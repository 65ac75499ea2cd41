#include "model/decoding/sequence.hpp"

#include "support/torch_catch.hpp"

namespace sequence_test {

using namespace shoal::model;

namespace {

struct Fixture {
  ModelConfig config;
  std::vector<TokenId> prompt{5, 6, 7};
  GenerationRequest request{prompt, 3, {}};
  Generation result;
  Sequence sequence{&request, &result, {}, 0};

  Fixture() { config.eos_ids = {2}; }
};

}  // namespace

TEST_CASE("A sequence ends with its last token, with the end-of-text token, or when it is settled") {
  Fixture f;
  CHECK_FALSE(f.sequence.accept(f.config, 9));
  CHECK(f.sequence.tokens_left() == 2);
  SECTION("last token") {
    CHECK_FALSE(f.sequence.accept(f.config, 9));
    CHECK(f.sequence.accept(f.config, 8));
    CHECK(f.result.output_ids == std::vector<TokenId>{9, 9, 8});
    CHECK_FALSE(f.result.ended_by_eos);
  }
  SECTION("end of text") {
    CHECK(f.sequence.accept(f.config, 2));
    CHECK(f.result.output_ids == std::vector<TokenId>{9});
    CHECK(f.result.ended_by_eos);
  }
  SECTION("settled") {
    f.request.settled = [](std::span<const TokenId> ids) { return ids.size() == 2; };
    CHECK(f.sequence.accept(f.config, 9));
  }
}

TEST_CASE("The last generated token needs no place in the cache") {
  Fixture f;
  CHECK(generated_slots(f.request) == 2);
  f.request.max_new_tokens = 0;
  CHECK(generated_slots(f.request) == 0);
  CHECK(f.sequence.accept(f.config, 9));
  CHECK(f.result.output_ids.empty());
}

}  // namespace sequence_test
