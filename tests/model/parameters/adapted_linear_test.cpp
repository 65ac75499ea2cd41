#include "model/parameters/adapted_linear.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/tiny_model.hpp"

namespace adapted_linear_test {

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

TEST_CASE("Factors added to rows that stand beside others give the same bits") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const at::Tensor x = random_tensor({40, 24}, 4).to(type);
    const Linear base(random_tensor({30, 24}, 1).to(type));
    const AdaptedLinear adapted(base, random_tensor({5, 24}, 2).to(type), random_tensor({30, 5}, 3).to(type));
    const AdaptedLinear plain(base);
    for (const std::int64_t rows : {1, 3, 8, 11}) {
      at::Tensor y = base(x);
      adapted.add_factors(x.narrow(0, 20, rows), y.narrow(0, 20, rows));
      CHECK(y.narrow(0, 20, rows).equal(adapted(x.narrow(0, 20, rows))));
      CHECK(y.narrow(0, 0, 20).equal(plain(x.narrow(0, 0, 20))));
      CHECK(y.narrow(0, 20 + rows, 20 - rows).equal(plain(x.narrow(0, 20 + rows, 20 - rows))));
      plain.add_factors(x, y);
      CHECK(y.narrow(0, 0, 20).equal(plain(x.narrow(0, 0, 20))));
    }
  }
}

}  // namespace adapted_linear_test
