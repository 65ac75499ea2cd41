#include "model/kernel/step_attention.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "model/kernel/attention.hpp"
#include "support/tiny_model.hpp"
// cuda_on_cpu.hpp last: it gives CUDA's words a meaning
#include "support/cuda_on_cpu.hpp"
//
#include "model/kernel/step_attention.cuh"

namespace step_attention_test {

using namespace shoal::model;
using namespace shoal::testing;

// The GPU kernel, run thread by thread on the CPU, against the CPU's attention.

namespace {

constexpr std::int64_t cache_rows = 400;

/// Rows with few keys, exactly a tile of 32, more than a tile for each warp; keys lie anywhere in the cache.
struct Case {
  AttentionShape shape;
  at::Tensor queries, keys, values, key_rows, positions;
  std::vector<AttentionSegment> segments;
};

Case make_case(AttentionShape shape, at::ScalarType type) {
  const std::vector<std::int64_t> counts{1, 32, 70, 300};
  const auto rows = static_cast<std::int64_t>(counts.size());
  Case c{shape, {}, {}, {}, at::full({rows, 310}, -1, at::kInt), at::empty({rows}, at::kLong), {}};
  c.queries = random_tensor({rows, shape.heads * shape.head_dim}, 1).to(type);
  c.keys = random_tensor({cache_rows, shape.kv_heads * shape.head_dim}, 2).to(type);
  c.values = random_tensor({cache_rows, shape.kv_heads * shape.head_dim}, 3).to(type);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto count = counts[static_cast<std::size_t>(row)];
    AttentionSegment segment{row, 1, {}, true};
    for (std::int64_t key = 0; key < count; ++key) {
      const std::int64_t cache_row = (7 + row + 37 * key) % cache_rows;
      segment.keys.push_back({cache_row, 1});
      c.key_rows[row][key] = cache_row;
    }
    c.positions[row] = count - 1;
    c.segments.push_back(segment);
  }
  return c;
}

template <typename T, int width, int columns>
at::Tensor by_gpu_kernel(const Case& c) {
  const at::Tensor out = at::empty_like(c.queries);
  const StepAttention<T> attention{.queries = c.queries.const_data_ptr<T>(),
                                   .keys = c.keys.const_data_ptr<T>(),
                                   .values = c.values.const_data_ptr<T>(),
                                   .out = out.mutable_data_ptr<T>(),
                                   .key_rows = c.key_rows.const_data_ptr<std::int32_t>(),
                                   .positions = c.positions.const_data_ptr<std::int64_t>(),
                                   .rows = c.queries.size(0),
                                   .columns = c.key_rows.size(1),
                                   .heads = c.shape.heads,
                                   .kv_heads = c.shape.kv_heads,
                                   .head_dim = c.shape.head_dim};
  const Dim grid{static_cast<unsigned>(c.shape.kv_heads), static_cast<unsigned>(attention.rows)};
  launch_on_cpu(grid, step_warps * warp_size, [&] { step_attention_kernel<T, width, columns>(attention); });
  return out;
}

template <typename T, int width, int columns>
void check(AttentionShape shape) {
  INFO(shape.heads << " heads, " << shape.kv_heads << " with keys, of " << shape.head_dim);
  const auto type = c10::CppTypeToScalarType<T>::value;
  const Case c = make_case(shape, type);
  const at::Tensor expected = attend(c.shape, c.segments, c.queries, c.keys, c.values);
  const at::Tensor actual = by_gpu_kernel<T, width, columns>(c);
  const double error = (actual.to(at::kDouble) - expected.to(at::kDouble)).abs().max().item<double>();
  CHECK(error < (type == at::kFloat ? 2e-6 : 1.0 / 128.0));
}

}  // namespace

TEST_CASE("The GPU's attention kernel for steps equals the CPU's attention for every shape of heads") {
  check<float, 4, 2>({9, 3, 64});
  check<float, 1, 1>({2, 1, 6});
  check<float, 4, 2>({3, 1, 40});
  check<float, 4, 4>({6, 1, 128});
  check<float, 4, 1>({4, 4, 16});
}

TEST_CASE("The GPU's attention kernel for steps equals the CPU's attention in bfloat16") {
  check<c10::BFloat16, 8, 4>({10, 2, 128});
  check<c10::BFloat16, 8, 8>({2, 1, 256});
}

TEST_CASE("The GPU's attention kernel does not overflow, and passes on what is not a number") {
  Case c = make_case({4, 2, 16}, at::kFloat);
  c.queries.mul_(1000.0);
  c.keys[7].fill_(std::numeric_limits<float>::quiet_NaN());  // the only key of row 0; row 1 does not see it
  const at::Tensor out = by_gpu_kernel<float, 4, 1>(c);
  CHECK(out[0].isnan().all().item<bool>());
  const at::Tensor expected = attend(c.shape, c.segments, c.queries, c.keys, c.values);
  CHECK((out[1] - expected[1]).abs().max().item<double>() < 1e-3);
}

}  // namespace step_attention_test
