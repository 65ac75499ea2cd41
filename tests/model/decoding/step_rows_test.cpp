#include "model/decoding/step_rows.hpp"

#include "support/torch_catch.hpp"

namespace step_rows_test {

using namespace shoal::model;

namespace {

constexpr std::int64_t longest = 6;
constexpr std::int64_t spare = 99;

/// Three sequences with prompts of 2, 1 and 3 tokens, the first of them at its second new token.
struct Fixture {
  std::vector<std::vector<TokenId>> prompts{{5, 6}, {7}, {8, 9, 10}};
  std::vector<GenerationRequest> requests{{prompts[0], 4, {}}, {prompts[1], 2, {}}, {prompts[2], 3, {}}};
  std::vector<Generation> results{{{20, 21}}, {{30}}, {{40}}};
  std::vector<Sequence> sequences{{&requests[0], &results[0], {{0, 2}}, 10},
                                  {&requests[1], &results[1], {{2, 1}}, 13},
                                  {&requests[2], &results[2], {{0, 1}, {3, 2}}, 14}};
  StepRows rows{sequences, longest, spare, at::kCPU};
};

at::Tensor longs(std::vector<std::int64_t> values) { return at::tensor(values, at::kLong); }

}  // namespace

TEST_CASE("Rows are filled up to a power of two") {
  CHECK(bucket_for(1) == 1);
  CHECK(bucket_for(2) == 2);
  CHECK(bucket_for(3) == 4);
  CHECK(bucket_for(200) == 256);
}

TEST_CASE("A step reads each sequence's newest token at its position, and files it in a slot of its own") {
  const StepInput input = Fixture().rows.input();
  CHECK(input.tokens.equal(longs({21, 30, 40, 0})));
  CHECK(input.placement.positions.equal(longs({3, 1, 3, 0})));
  CHECK(input.placement.slots.equal(longs({11, 13, 14, spare})));
  const at::Tensor expected = at::tensor({0,  1,  10, 11, 12, 99, 99,  //
                                          2,  13, 99, 99, 99, 99, 99,  //
                                          0,  3,  4,  14, 15, 99, 99,  //
                                          99, 99, 99, 99, 99, 99, 99},
                                         at::kInt);
  CHECK(input.key_rows.equal(expected.view({4, 7})));
}

TEST_CASE("Next tokens become inputs; a sequence that has ended writes to the spare row and stays within its table") {
  Fixture f;
  const auto* address = f.rows.tokens().const_data_ptr<std::int64_t>();
  f.rows.advance(longs({22, 31, 41, 1}));
  const StepInput input = f.rows.input();
  CHECK(input.tokens.equal(longs({22, 31, 41, 1})));
  CHECK(input.tokens.const_data_ptr<std::int64_t>() == address);
  CHECK(input.placement.slots.equal(longs({12, spare, 15, spare})));
  for (int i = 0; i < 10; ++i) f.rows.advance(longs({0, 0, 0, 0}));
  CHECK(f.rows.input().placement.positions.equal(longs({6, 6, 6, 6})));
  CHECK(f.rows.input().placement.slots.equal(longs({spare, spare, spare, spare})));
}

TEST_CASE("Kept rows move to the front, the bucket shrinks and the rest is nobody's") {
  Fixture f;
  f.rows.keep({0, 2});
  CHECK(f.rows.bucket() == 2);
  CHECK(f.rows.input().placement.slots.equal(longs({11, 14})));
  CHECK(f.rows.tokens().equal(longs({21, 40})));
  Fixture other;
  other.rows.keep({2, 0, 1});
  CHECK(other.rows.bucket() == 4);
  CHECK(other.rows.tokens().equal(longs({40, 21, 30, 0})));
  CHECK(other.rows.input().placement.slots.equal(longs({14, 11, 13, spare})));
}

}  // namespace step_rows_test
