#include "model/parameters/linear.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"

namespace linear_test {

using shoal::model::Linear;
using shoal::testing::random_tensor;

TEST_CASE("A linear map equals the matrix product, whatever the number of rows") {
  const at::Tensor weight = random_tensor({37, 24}, 1);
  const at::Tensor bias = random_tensor({37}, 2);
  const Linear linear(weight, bias);
  for (std::int64_t rows : {1, 2, 25, 300}) {
    const at::Tensor x = random_tensor({rows, 24}, 3);
    const at::Tensor expected = at::matmul(x.to(at::kDouble), weight.to(at::kDouble).t()) + bias;
    CHECK(at::allclose(linear(x).to(at::kDouble), expected, 1e-4, 1e-4));
  }
  CHECK(linear.in_features() == 24);
  CHECK(linear.out_features() == 37);
  CHECK(linear.bytes() == (37 * 24 + 37) * sizeof(float));
}

TEST_CASE("A bfloat16 linear map accumulates in float32 and rounds once") {
  const at::Tensor weight = random_tensor({48, 512}, 1).to(at::kBFloat16);
  const at::Tensor x = random_tensor({25, 512}, 2).to(at::kBFloat16);
  const at::Tensor exact = at::matmul(x.to(at::kDouble), weight.to(at::kDouble).t());
  const at::Tensor y = Linear(weight)(x);
  REQUIRE(y.scalar_type() == at::kBFloat16);
  // Half a unit in the last of 8 bits, and float32 noise for sums near zero.
  CHECK(at::all((y.to(at::kDouble) - exact).abs() <= exact.abs() / 256.0 + 1e-3).item<bool>());
}

TEST_CASE("A linear map that was never given a weight holds no memory") { CHECK(Linear().bytes() == 0); }

TEST_CASE("A row's result is the same bits whatever rows stand beside it") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const Linear linear(random_tensor({160, 96}, 1).to(type), random_tensor({160}, 2).to(type));
    const at::Tensor x = random_tensor({300, 96}, 3).to(type);
    const at::Tensor all = linear(x);
    for (std::int64_t rows : {1, 2, 3, 5, 8, 17, 64, 299}) {
      INFO(rows << " rows, " << toString(type));
      CHECK(linear(x.narrow(0, 1, rows).contiguous()).equal(all.narrow(0, 1, rows)));
    }
  }
}

}  // namespace linear_test
