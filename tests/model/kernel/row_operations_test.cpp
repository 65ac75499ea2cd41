#include "model/kernel/row_operations.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"

namespace row_operations_test {

using namespace shoal::model;
using shoal::testing::random_tensor;

// Sizes below, at and above the 16 lanes of the kernels, with and without a rest.
const std::vector<std::int64_t> sizes{3, 16, 40, 64};

namespace {

double tolerance(at::ScalarType type) { return type == at::kFloat ? 1e-5 : 1.0 / 128.0; }

bool near(const at::Tensor& actual, const at::Tensor& expected) {
  const double limit = tolerance(actual.scalar_type());
  return at::allclose(actual.to(at::kFloat), expected.to(at::kFloat), limit, limit);
}

}  // namespace

TEST_CASE("add_norm adds the update to the residual and normalises the sum") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto size : sizes) {
      const at::Tensor before = random_tensor({7, size}, 1).to(type);
      const at::Tensor update = random_tensor({7, size}, 2).to(type);
      const at::Tensor weight = random_tensor({size}, 3).to(type);
      at::Tensor residual = before.clone();
      const at::Tensor normed = add_norm(residual, update, weight, 1e-5);
      CHECK(residual.equal(before + update));
      const at::Tensor x = residual.to(at::kFloat);
      CHECK(near(normed, weight.to(at::kFloat) * x / at::sqrt(x.square().mean(-1, true) + 1e-5)));
    }
  }
}

TEST_CASE("add_norm without an update leaves the residual alone") {
  const at::Tensor before = random_tensor({3, 40}, 1);
  const at::Tensor residual = before.clone();
  add_norm(residual, {}, at::ones({40}), 1e-5);
  CHECK(residual.equal(before));
}

TEST_CASE("gate multiplies by the sigmoid linear unit, also far out") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto size : sizes) {
      const at::Tensor gate_up = (random_tensor({5, 2 * size}, 4) * 40.0).to(type);
      const at::Tensor exact = gate_up.to(at::kDouble);
      const at::Tensor g = exact.narrow(1, 0, size);
      CHECK(near(gate(gate_up), g / (1.0 + at::exp(-g)) * exact.narrow(1, size, size)));
    }
  }
}

TEST_CASE("gate passes on what is not a number") {
  at::Tensor gate_up = at::ones({1, 32});
  gate_up[0][3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(gate(gate_up)[0][3].isnan().item<bool>());
  CHECK(gate(gate_up)[0][4].isfinite().item<bool>());
}

TEST_CASE("rotate_and_store turns queries and keys and files keys and values in their slots") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const std::int64_t head_dim : {6, 16, 40, 64}) {
      const at::Tensor qkv = random_tensor({3, 4 * head_dim}, 5).to(type);  // two query heads, one key, one value
      const at::Tensor queries = at::empty({3, 2 * head_dim}, type);
      const RotaryTable table = make_rotary_table({}, head_dim, 10, type);
      const RowPlacement placement{at::tensor({4, 0, 9}, at::kLong), at::tensor({2, 5, 0}, at::kLong)};
      const at::Tensor keys = at::zeros({6, head_dim}, type);
      const at::Tensor values = at::zeros({6, head_dim}, type);
      rotate_and_store(qkv, head_dim, placement, table, {queries, keys, values});
      const at::Tensor cosine = table.cosine.index_select(0, placement.positions).unsqueeze(1);
      const at::Tensor sine = table.sine.index_select(0, placement.positions).unsqueeze(1);
      const auto halves = qkv.to(at::kFloat).view({3, 4, head_dim}).chunk(2, -1);
      const at::Tensor turned =
          at::cat({halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine}, -1);
      CHECK(near(queries.view({3, 2, head_dim}), turned.narrow(1, 0, 2)));
      CHECK(near(keys.index_select(0, placement.slots), turned.select(1, 2)));
      CHECK(values.index_select(0, placement.slots).equal(qkv.narrow(1, 3 * head_dim, head_dim)));
      CHECK(keys[1].count_nonzero().item<std::int64_t>() == 0);
    }
  }
}

}  // namespace row_operations_test
