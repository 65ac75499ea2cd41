#include "weights/merge/merge_linear.hpp"

#include "weights/adapter_files.hpp"
//
#include "weights/low_rank.hpp"

namespace merge_linear_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using namespace shoal::weights;

Gram gram_with(std::vector<std::vector<double>> rows) {
  Gram gram(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) gram.set(i, j, rows[i][j]);
  }
  return gram;
}

LowRank pair(std::int64_t rank, int seed, double scale) {
  return {noise({rank, 6}, seed), noise({4, rank}, seed + 1), scale};
}

TEST_CASE("scalar products of low-rank pairs are those of their dense products") {
  const std::vector<LowRank> pairs{pair(2, 1, 1.5), pair(3, 5, 0.5), {at::zeros({0, 6}), at::zeros({4, 0}), 1.0}};
  std::vector<at::Tensor> matrices;
  for (const LowRank& one : pairs) matrices.push_back(dense(one));

  const Gram products = gram_of(pairs);

  const Gram expected = gram_of(matrices);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(products(i, j) == Approx(expected(i, j)).margin(1e-7));
  }
  CHECK(products(0, 1) == products(1, 0));
  CHECK(products(0, 0) > 0.0);
}

TEST_CASE("linear weights are shares; those of task arithmetic leave the rest to the base") {
  const Gram gram(2);
  CHECK(combine({MergeMethod::linear, {1.0, 3.0}}, gram).coefficients == std::vector{0.25, 0.75});
  CHECK(combine({MergeMethod::linear, {1.0, 3.0}}, gram).base == 0.0);
  CHECK(combine({MergeMethod::uniform_soup}, gram).coefficients == std::vector{0.5, 0.5});
  CHECK(combine({MergeMethod::task_arithmetic, {0.5, 0.75}}, gram).coefficients == std::vector{0.5, 0.75});
  CHECK(combine({MergeMethod::task_arithmetic, {0.5, 0.75}}, gram).base == -0.25);
}

TEST_CASE("slerp stays on the sphere where a mean would fall short of it") {
  const Gram orthogonal = gram_with({{1.0}, {0.0, 1.0}});
  const auto c = combine({MergeMethod::slerp, {1.0, 1.0}}, orthogonal).coefficients;
  CHECK(c[0] == Approx(std::sqrt(0.5)));
  CHECK(c[0] * c[0] + c[1] * c[1] == Approx(1.0));
}

TEST_CASE("slerp of parallel experts is their mean, and an expert of weight 0 does not count") {
  const Gram parallel = gram_with({{1.0}, {1.0, 1.0}});
  CHECK(combine({MergeMethod::slerp, {1.0, 1.0}}, parallel).coefficients == std::vector{0.5, 0.5});
  const Gram three = gram_with({{1.0}, {0.1, 1.0}, {0.3, 0.2, 1.0}});
  const auto c = combine({MergeMethod::slerp, {1.0, 1.0, 0.0}}, three).coefficients;
  CHECK(c[0] == Approx(c[1]));
  CHECK(c[2] == Approx(0.0).margin(1e-15));
}

TEST_CASE("model stock: orthogonal differences are noise and leave the base, parallel ones are kept") {
  const Combination noise_only = combine({MergeMethod::model_stock}, gram_with({{2.0}, {0.0, 2.0}}));
  CHECK(noise_only.base == 1.0);
  CHECK(noise_only.coefficients == std::vector{0.0, 0.0});
  const Combination agreed = combine({MergeMethod::model_stock}, gram_with({{2.0}, {2.0, 2.0}}));
  CHECK(agreed.base == Approx(0.0).margin(1e-12));
  CHECK(agreed.coefficients[0] == Approx(0.5));
}

TEST_CASE("model stock of opposed differences, where its formula has a pole, is the base") {
  const Combination opposed = combine({MergeMethod::model_stock}, gram_with({{1.0}, {-1.0, 1.0}}));
  CHECK(opposed.base == 1.0);
}

}  // namespace

}  // namespace merge_linear_test
