#include "model/kernel/segment_attention.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <c10/core/InferenceMode.h>

#include "model/decoding/token_batch.hpp"
#include "support/gpu.hpp"
#include "support/tiny_model.hpp"

namespace segment_attention_test {

using namespace shoal::model;
using namespace shoal::testing;

namespace {

struct Case {
  AttentionShape shape{4, 2, 64};
  std::vector<std::vector<TokenId>> prompts{std::vector<TokenId>(70, 5), {5, 5, 3}, {5, 5, 5, 8, 2, 2}, {4}};
  TokenBatch batch;
  at::Tensor queries, keys, values;

  explicit Case(at::ScalarType type) {
    const std::vector<std::span<const TokenId>> views(prompts.begin(), prompts.end());
    const PromptTree tree(views, PrefixSharing::on);
    batch = batch_of(tree);
    queries = random_tensor({tree.rows(), shape.heads * shape.head_dim}, 1).to(type);
    keys = random_tensor({tree.rows(), shape.kv_heads * shape.head_dim}, 2).to(type);
    values = random_tensor({tree.rows(), shape.kv_heads * shape.head_dim}, 3).to(type);
  }

  at::Tensor compute(std::span<const AttentionSegment> segments, std::int64_t rows, at::Device device) const {
    const c10::InferenceMode inference;
    const at::Tensor first = queries.narrow(0, 0, rows).to(device);
    return SegmentAttention(shape, segments, first.options())({first, keys.to(device), values.to(device)}).cpu();
  }
};

/// The wanted rows of a batch, as the last layer sees them.
std::vector<AttentionSegment> wanted_rows(const TokenBatch& batch) {
  auto wanted = batch.wanted;
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i].first_row = static_cast<std::int64_t>(i);
  return wanted;
}

}  // namespace

TEST_CASE("On the CPU attention over the segments of a batch is attend") {
  const Case c(at::kFloat);
  const at::Tensor out = c.compute(c.batch.segments, c.queries.size(0), at::kCPU);
  CHECK(out.equal(attend(c.shape, c.batch.segments, c.queries, c.keys, c.values)));
}

TEST_CASE("On a GPU attention over a tree of prompts, and over the ends of prompts, equals the CPU's") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const Case c(type);
    const double limit = type == at::kFloat ? 1e-5 : 1.0 / 32.0;
    const auto check = [&](const std::vector<AttentionSegment>& segments, std::int64_t rows) {
      const at::Tensor expected = c.compute(segments, rows, at::kCPU).to(at::kFloat);
      CHECK((c.compute(segments, rows, *gpu).to(at::kFloat) - expected).abs().max().item<double>() < limit);
    };
    check(c.batch.segments, c.queries.size(0));
    check(wanted_rows(c.batch), static_cast<std::int64_t>(c.batch.wanted.size()));
  }
}

}  // namespace segment_attention_test
