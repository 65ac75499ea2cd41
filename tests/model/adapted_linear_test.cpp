#include "model/adapted_linear.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"

using namespace shoal::model;
using shoal::testing::random_tensor;

TEST_CASE("Low-rank factors add B A x") {
  const at::Tensor weight = random_tensor({30, 24}, 1);
  const at::Tensor a = random_tensor({5, 24}, 2);
  const at::Tensor b = random_tensor({30, 5}, 3);
  const at::Tensor x = random_tensor({11, 24}, 4);
  const AdaptedLinear linear(Linear(weight), a, b);
  const at::Tensor expected = at::matmul(x, (weight + at::matmul(b, a)).t());
  CHECK(at::allclose(linear(x), expected, 1e-4, 1e-4));
}

TEST_CASE("Without factors only the base counts") {
  const at::Tensor weight = random_tensor({30, 24}, 1);
  const at::Tensor x = random_tensor({11, 24}, 4);
  CHECK(at::allclose(AdaptedLinear(Linear(weight))(x), at::matmul(x, weight.t()), 1e-4, 1e-4));
}
