#include "weights/merge/merge_sparse.hpp"

#include "weights/adapter_files.hpp"

namespace merge_sparse_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using namespace shoal::weights;

at::Tensor row(std::vector<float> values) { return at::tensor(values); }

TEST_CASE("trimming keeps the share of largest magnitude") {
  CHECK(at::equal(trim(row({0.1F, -4.0F, 2.0F, -0.5F, 3.0F}), 0.4), row({0.0F, -4.0F, 0.0F, 0.0F, 3.0F})));
}

TEST_CASE("trimming keeps just as many among equal magnitudes, the first ones, and at least one number") {
  CHECK(at::equal(trim(row({1.0F, -1.0F, 1.0F, 1.0F}), 0.5), row({1.0F, -1.0F, 0.0F, 0.0F})));
  CHECK(at::equal(trim(row({1.0F, -3.0F, 2.0F}), 0.01), row({0.0F, -3.0F, 0.0F})));
  CHECK(at::equal(trim(row({1.0F, -3.0F}), 1.0), row({1.0F, -3.0F})));
}

TEST_CASE("dropping keeps about the share, scales what it keeps and keeps the mean") {
  const at::Tensor ones = at::ones({40000});
  const at::Tensor kept = drop(ones, 0.25, {7, 0, 0});
  const double share = kept.ne(0).to(at::kDouble).mean().item<double>();
  CHECK(share == Approx(0.25).margin(0.01));
  CHECK(kept.max().item<float>() == 4.0F);
  CHECK(kept.to(at::kDouble).mean().item<double>() == Approx(1.0).margin(0.04));
}

TEST_CASE("masks differ between seeds, tensors and experts, and are the same again") {
  const at::Tensor ones = at::ones({64});
  const at::Tensor mask = drop(ones, 0.5, {7, 1, 2});
  CHECK(at::equal(mask, drop(ones, 0.5, {7, 1, 2})));
  for (const MaskPlace& other : {MaskPlace{8, 1, 2}, MaskPlace{7, 2, 2}, MaskPlace{7, 1, 1}})
    CHECK_FALSE(at::equal(mask, drop(ones, 0.5, other)));
}

TEST_CASE("a mask of a longer tensor begins with that of a shorter one") {
  CHECK(at::equal(drop(at::ones({10}), 0.5, {7, 0, 0}), drop(at::ones({64}), 0.5, {7, 0, 0}).narrow(0, 0, 10)));
}

TEST_CASE("the elected mean is taken over those that have the sign of the weighted sum") {
  const std::vector<at::Tensor> deltas{row({1.0F, 1.0F, 0.0F, 2.0F}), row({3.0F, -2.0F, 0.0F, -2.0F}),
                                       row({0.0F, -4.0F, 0.0F, 0.0F})};
  CHECK(at::equal(elected_mean(deltas, std::vector{1.0, 1.0, 1.0}), row({2.0F, -3.0F, 0.0F, 2.0F})));
  CHECK(at::allclose(elected_mean(deltas, std::vector{1.0, 3.0, 1.0}), row({2.5F, -2.5F, 0.0F, -2.0F})));
}

TEST_CASE("a negative weight turns an expert round") {
  const std::vector<at::Tensor> deltas{row({1.0F}), row({-3.0F})};
  // terms 1 and 3, both positive; divided by 1 + (-1) = 0, that is not divided
  CHECK(at::equal(elected_mean(deltas, std::vector{1.0, -1.0}), row({4.0F})));
}

}  // namespace

}  // namespace merge_sparse_test
