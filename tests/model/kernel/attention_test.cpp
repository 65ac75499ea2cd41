#include "model/kernel/attention.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"

namespace attention_test {

using namespace shoal::model;
using shoal::testing::random_tensor;

namespace {

struct Case {
  AttentionShape shape;
  std::vector<AttentionSegment> segments;
  at::Tensor queries, keys, values;
};

// Three segments: one alone, one behind two scattered runs of keys, a single query behind a long context.
Case make_case(AttentionShape shape, at::ScalarType type, bool single = true) {
  Case result{
      shape, {{0, 9, {{0, 9}}}, {9, 5, {{3, 4}, {20, 7}, {9, 5}}}, {14, 1, {{0, 50}, {60, 1}}, single}}, {}, {}, {}};
  result.queries = random_tensor({15, shape.heads * shape.head_dim}, 1).to(type);
  result.keys = random_tensor({70, shape.kv_heads * shape.head_dim}, 2).to(type);
  result.values = random_tensor({70, shape.kv_heads * shape.head_dim}, 3).to(type);
  return result;
}

// Word for word: softmax(q k / sqrt(d)) v, one query and one head at a time, in double precision.
at::Tensor slowly(const Case& c) {
  const auto d = c.shape.head_dim;
  const at::Tensor out = at::zeros({c.queries.size(0), c.shape.heads * d}, at::kDouble);
  for (const AttentionSegment& segment : c.segments) {
    std::vector<std::int64_t> rows;
    for (const KeySpan& span : segment.keys) {
      for (auto row = span.first; row < span.first + span.count; ++row) rows.push_back(row);
    }
    for (std::int64_t i = 0; i < segment.rows; ++i) {
      const auto seen = static_cast<std::int64_t>(rows.size()) - segment.rows + i + 1;
      const at::Tensor index = at::tensor(rows, at::kLong).narrow(0, 0, seen);
      for (std::int64_t h = 0; h < c.shape.heads; ++h) {
        const auto kv = h / (c.shape.heads / c.shape.kv_heads) * d;
        const auto row = segment.first_row + i;
        const at::Tensor q = c.queries[row].narrow(0, h * d, d).to(at::kDouble);
        const at::Tensor k = c.keys.index_select(0, index).narrow(1, kv, d).to(at::kDouble);
        const at::Tensor v = c.values.index_select(0, index).narrow(1, kv, d).to(at::kDouble);
        const at::Tensor weights = at::softmax(at::matmul(k, q) / std::sqrt(static_cast<double>(d)), 0);
        out[row].narrow(0, h * d, d).copy_(at::matmul(weights, v));
      }
    }
  }
  return out;
}

const std::vector<AttentionShape> shapes{{9, 3, 64}, {4, 4, 16}, {2, 1, 6}, {3, 1, 40}, {8, 1, 128}};

double tolerance(at::ScalarType type) { return type == at::kFloat ? 2e-6 : 1.0 / 128.0; }

}  // namespace

TEST_CASE("Attention over scattered keys equals the definition") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto& shape : shapes) {
      for (const bool single : {true, false}) {
        const Case c = make_case(shape, type, single);
        const at::Tensor out = attend(c.shape, c.segments, c.queries, c.keys, c.values);
        INFO("head size " << shape.head_dim << ", " << toString(type));
        CHECK((out.to(at::kDouble) - slowly(c)).abs().max().item<double>() < tolerance(type));
      }
    }
  }
}

TEST_CASE("The device-independent attention equals the definition") {
  for (const auto& shape : shapes) {
    const Case c = make_case(shape, at::kFloat);
    const at::Tensor out = attend_with_aten(c.shape, c.segments, c.queries, c.keys, c.values);
    CHECK((out.to(at::kDouble) - slowly(c)).abs().max().item<double>() < 2e-6);
  }
}

TEST_CASE("Keys that a query may not see have no influence, whatever they hold") {
  Case c = make_case({4, 2, 16}, at::kFloat);
  c.segments = {{0, 9, {{0, 9}}}};
  const at::Tensor before = attend(c.shape, c.segments, c.queries, c.keys, c.values);
  c.keys.narrow(0, 8, 1).fill_(1e4);
  c.values.narrow(0, 8, 1).fill_(1e4);
  const at::Tensor after = attend(c.shape, c.segments, c.queries, c.keys, c.values);
  CHECK(before.narrow(0, 0, 8).equal(after.narrow(0, 0, 8)));
  CHECK_FALSE(before[8].equal(after[8]));
}

TEST_CASE("Large scores do not overflow the softmax") {
  Case c = make_case({4, 2, 16}, at::kFloat);
  c.queries.mul_(1000.0);
  const at::Tensor out = attend(c.shape, c.segments, c.queries, c.keys, c.values);
  CHECK((out.to(at::kDouble) - slowly(c)).abs().max().item<double>() < 1e-3);
}

TEST_CASE("A key that is not a number makes its readers not a number") {
  Case c = make_case({4, 2, 16}, at::kFloat);
  c.keys[2].fill_(std::numeric_limits<float>::quiet_NaN());
  const at::Tensor out = attend(c.shape, c.segments, c.queries, c.keys, c.values);
  CHECK(out[5].isnan().all().item<bool>());
  CHECK(out[1].isfinite().all().item<bool>());
  CHECK(out[14].isnan().all().item<bool>());
}

TEST_CASE("attend_steps gives the bits of attend with one segment per row") {
  for (const auto& shape : shapes) {
    const Case c = make_case(shape, at::kFloat);
    const std::vector<AttentionSegment> segments{{0, 1, {{3, 4}, {20, 7}}, true}, {1, 1, {{60, 1}}, true}};
    const at::Tensor key_rows = at::tensor({3,  4,  5,  6,  20, 21, 22, 23, 24, 25, 26, 69,  //
                                            60, 69, 69, 69, 69, 69, 69, 69, 69, 69, 69, 69},
                                           at::kInt);
    const at::Tensor queries = c.queries.narrow(0, 0, 2);
    const at::Tensor steps =
        attend_steps(shape, {queries, c.keys, c.values}, key_rows.view({2, 12}), at::tensor({10, 0}, at::kLong));
    CHECK(steps.equal(attend(shape, segments, queries, c.keys, c.values)));
  }
}

}  // namespace attention_test
