#include "model/kernel/device_rows.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "base/error.hpp"
#include "model/kernel/attention.hpp"
#include "support/gpu.hpp"
#include "support/tiny_model.hpp"

namespace device_rows_test {

using namespace shoal::model;
using namespace shoal::testing;

// On a GPU: the kernels as they are launched, against the CPU's. Without one the same kernels are run by
// row_kernels_test.cpp and step_attention_test.cpp.

namespace {

bool near(const at::Tensor& actual, const at::Tensor& expected) {
  const double limit = actual.scalar_type() == at::kFloat ? 1e-5 : 1.0 / 64.0;
  return at::allclose(actual.cpu().to(at::kFloat), expected.to(at::kFloat), limit, limit);
}

}  // namespace

TEST_CASE("add_norm and gate on the GPU equal those on the CPU") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const std::int64_t size : {3, 40, 576, 4096}) {
      const at::Tensor update = random_tensor({7, size}, 2).to(type);
      const at::Tensor weight = random_tensor({size}, 3).to(type);
      const at::Tensor residual = random_tensor({7, size}, 1).to(type);
      const at::Tensor on_gpu = residual.to(*gpu);
      const at::Tensor actual = add_norm(on_gpu, update.to(*gpu), weight.to(*gpu), 1e-5);
      CHECK(near(actual, add_norm(residual, update, weight, 1e-5)));
      CHECK(on_gpu.cpu().equal(residual));
      const at::Tensor gate_up = (random_tensor({5, 2 * size}, 4) * 10.0).to(type);
      CHECK(near(gate(gate_up.to(*gpu)), gate(gate_up)));
    }
  }
}

TEST_CASE("rotate_and_store on the GPU equals that on the CPU") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const std::int64_t head_dim : {6, 16, 64, 128}) {
      const at::Tensor qkv = random_tensor({3, 4 * head_dim}, 5).to(type);
      const RotaryTable table = make_rotary_table({}, head_dim, 10, type);
      const auto compute = [&](at::Device device) {
        const auto zeros = [&](std::int64_t rows, std::int64_t size) {
          return at::zeros({rows, size}, at::TensorOptions(type).device(device));
        };
        const AttentionBuffers buffers{zeros(3, 2 * head_dim), zeros(6, head_dim), zeros(6, head_dim)};
        const RowPlacement placement{at::tensor({4, 0, 9}, at::kLong).to(device),
                                     at::tensor({2, 5, 0}, at::kLong).to(device)};
        rotate_and_store(qkv.to(device), head_dim, placement, {table.cosine.to(device), table.sine.to(device)},
                         buffers);
        return std::vector<at::Tensor>{buffers.queries, buffers.keys, buffers.values};
      };
      const auto expected = compute(at::kCPU);
      const auto actual = compute(*gpu);
      for (std::size_t i = 0; i < expected.size(); ++i) CHECK(near(actual[i], expected[i]));
    }
  }
}

TEST_CASE("Attention of a step on the GPU equals that on the CPU for every size of head") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const AttentionShape shape : {AttentionShape{9, 3, 64}, {2, 1, 6}, {3, 1, 40}, {8, 1, 128}, {2, 1, 256}}) {
      const AttentionBuffers buffers{random_tensor({5, shape.heads * shape.head_dim}, 1).to(type),
                                     random_tensor({300, shape.kv_heads * shape.head_dim}, 2).to(type),
                                     random_tensor({300, shape.kv_heads * shape.head_dim}, 3).to(type)};
      const at::Tensor key_rows = (at::arange(5 * 200, at::kInt) * 37).remainder(300).to(at::kInt).view({5, 200});
      const at::Tensor positions = at::tensor({0, 31, 32, 150, 199}, at::kLong);
      const AttentionBuffers there{buffers.queries.to(*gpu), buffers.keys.to(*gpu), buffers.values.to(*gpu)};
      CHECK(near(attend_steps(shape, there, key_rows.to(*gpu), positions.to(*gpu)),
                 attend_steps(shape, buffers, key_rows, positions)));
    }
  }
}

TEST_CASE("A build without GPUs refuses tensors that lie elsewhere") {
  if (at::hasCUDA()) return;
  CHECK_THROWS_AS(gate_on_device({}, {}), shoal::Error);
  CHECK_THROWS_AS(add_norm_on_device({}, {}, {}, 0.0, {}), shoal::Error);
  CHECK_THROWS_AS(rotate_and_store_on_device({}, {}, {}), shoal::Error);
  CHECK_THROWS_AS(attend_steps_on_device({}, {}, {}, {}, {}), shoal::Error);
}

}  // namespace device_rows_test
