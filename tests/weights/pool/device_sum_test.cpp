#include "weights/pool/device_sum.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "base/error.hpp"
#include "support/gpu.hpp"
// cuda_on_cpu.hpp last: it gives CUDA's words a meaning
#include "support/cuda_on_cpu.hpp"
//
#include "weights/pool/add_term.cuh"

namespace device_sum_test {

using namespace shoal::weights;
using namespace shoal::testing;

namespace {

at::Tensor numbers(std::int64_t count, std::uint64_t seed, at::ScalarType type) {
  return at::randn({count}, at::detail::createCPUGenerator(seed), at::TensorOptions(at::kFloat)).to(type);
}

std::vector<Term> some_terms() {
  return {{numbers(1000, 1, at::kFloat), 0.7},
          {numbers(1000, 2, at::kBFloat16), -1.3},
          {numbers(1000, 3, at::kHalf), 0.1},
          {numbers(1000, 4, at::kDouble), 1.0 / 3.0},
          {numbers(1000, 5, at::kFloat), 0.0}};
}

template <typename T>
void add_on_cpu(at::Tensor& sum, const Term& term) {
  launch_on_cpu({2}, 96, [&] {
    add_term_kernel(sum.mutable_data_ptr<float>(), term.values.const_data_ptr<T>(),
                    static_cast<float>(term.coefficient), sum.numel());
  });
}

}  // namespace

TEST_CASE("The GPU's kernel for one term, run on the CPU, gives the bits of weighted_sum") {
  const auto terms = some_terms();
  at::Tensor sum = at::full({1000}, -0.0, at::kFloat);
  add_on_cpu<float>(sum, terms[0]);
  add_on_cpu<at::BFloat16>(sum, terms[1]);
  add_on_cpu<at::Half>(sum, terms[2]);
  add_on_cpu<double>(sum, terms[3]);
  add_on_cpu<float>(sum, terms[4]);
  CHECK(sum.equal(weighted_sum(terms)));
}

TEST_CASE("A weighted sum on a GPU has the bits of the CPU's") {
  const auto gpu = gpu_or_skip();
  if (!gpu) return;
  auto terms = some_terms();
  const at::Tensor expected = weighted_sum(terms);
  for (Term& term : terms) term.values = term.values.to(*gpu);
  CHECK(weighted_sum(terms).cpu().equal(expected));
}

TEST_CASE("A build without GPUs refuses sums of terms that lie elsewhere") {
  if (at::hasCUDA()) return;
  CHECK_THROWS_AS(weighted_sum_on_device(some_terms()), shoal::Error);
}

}  // namespace device_sum_test
