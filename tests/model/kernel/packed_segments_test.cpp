#include "model/kernel/packed_segments.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "model/decoding/token_batch.hpp"
#include "model/kernel/attention.hpp"
#include "support/error_of.hpp"
#include "support/tiny_model.hpp"

namespace packed_segments_test {

using namespace shoal::model;
using namespace shoal::testing;

namespace {

const AttentionShape shape{4, 2, 16};

/// What varlen flash attention computes, word for word: sequence after sequence, query i of q sees the first
/// k - q + i + 1 of its k keys.
at::Tensor attend_packed(const PackedSegments& packed, const at::Tensor& queries, const at::Tensor& keys,
                         const at::Tensor& values) {
  const at::Tensor index = at::tensor(packed.key_rows, at::kLong);
  const at::Tensor all_keys = keys.index_select(0, index).view({-1, shape.kv_heads, shape.head_dim});
  const at::Tensor all_values = values.index_select(0, index).view({-1, shape.kv_heads, shape.head_dim});
  const at::Tensor out = at::zeros_like(queries);
  for (std::size_t s = 0; s + 1 < packed.query_ends.size(); ++s) {
    const std::int64_t rows = packed.query_ends[s + 1] - packed.query_ends[s];
    const std::int64_t count = packed.key_ends[s + 1] - packed.key_ends[s];
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t head = 0; head < shape.heads; ++head) {
        const auto kv = head * shape.kv_heads / shape.heads;
        const auto part = [&](const at::Tensor& all) {
          return all.narrow(0, packed.key_ends[s], count - rows + i + 1).select(1, kv);
        };
        const at::Tensor query = queries[packed.query_ends[s] + i].narrow(0, head * shape.head_dim, shape.head_dim);
        const at::Tensor weights = at::softmax(at::matmul(part(all_keys), query) / 4.0, 0);
        out[packed.query_ends[s] + i]
            .narrow(0, head * shape.head_dim, shape.head_dim)
            .copy_(at::matmul(weights, part(all_values)));
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("Causal attention over packed segments of a tree of prompts is attention over the tree") {
  const std::vector<std::vector<TokenId>> prompts{{5, 6, 7, 8, 9}, {5, 6, 3}, {5, 6, 7, 8, 2, 2}, {4}, {5},
                                                  {5, 6, 7, 1}};
  const std::vector<std::span<const TokenId>> views(prompts.begin(), prompts.end());
  const PromptTree tree(views, PrefixSharing::on);
  const TokenBatch batch = batch_of(tree);
  const at::Tensor queries = random_tensor({tree.rows(), shape.heads * shape.head_dim}, 1);
  const at::Tensor keys = random_tensor({tree.rows(), shape.kv_heads * shape.head_dim}, 2);
  const at::Tensor values = random_tensor({tree.rows(), shape.kv_heads * shape.head_dim}, 3);
  const PackedSegments packed = pack_segments(batch.segments);
  REQUIRE(packed.query_ends.back() == tree.rows());
  CHECK(packed.most_keys == 6);
  CHECK(packed.most_queries == 2);
  const at::Tensor expected = attend(shape, batch.segments, queries, keys, values);
  CHECK((attend_packed(packed, queries, keys, values) - expected).abs().max().item<double>() < 2e-6);
}

TEST_CASE("Segments that leave a row out are a defect") {
  const std::vector<AttentionSegment> segments{{0, 2, {{0, 2}}}, {3, 1, {{3, 1}}}};
  CHECK_THAT(error_of([&] { pack_segments(segments); }), Catch::Matchers::Contains("1: "));
}

}  // namespace packed_segments_test
