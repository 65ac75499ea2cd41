#include "weights/adapter_files.hpp"
//
#include <cmath>

#include "weights/low_rank.hpp"

namespace low_rank_test {

namespace {

using namespace shoal;
using testing::noise;
using weights::LowRank;

LowRank pair_of(std::int64_t rank, std::int64_t in, std::int64_t out, double scale) {
  return {noise({rank, in}, 1), noise({out, rank}, 2), scale};
}

/// scale * sum_r b[o, r] a[r, i] in float64, one product at a time.
at::Tensor slow_dense(const LowRank& pair) {
  const at::Tensor a = pair.a.to(at::kDouble);
  const at::Tensor b = pair.b.to(at::kDouble);
  at::Tensor sum = at::zeros({b.size(0), a.size(1)}, at::kDouble);
  for (std::int64_t r = 0; r < a.size(0); ++r) sum += at::outer(b.select(1, r), a[r]);
  return sum * pair.scale;
}

/// The relative error of the best approximation: singular values of the dense matrix.
double slow_error(const LowRank& pair, std::int64_t rank) {
  const at::Tensor s = at::linalg_svdvals(slow_dense(pair));
  return (s.narrow(0, rank, s.size(0) - rank).norm() / s.norm()).item<double>();
}

double relative_distance(const at::Tensor& actual, const at::Tensor& expected) {
  return ((actual.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

TEST_CASE("the dense form is scale times B A") {
  const LowRank pair = pair_of(3, 7, 5, 1.75);
  CHECK(relative_distance(weights::dense(pair), slow_dense(pair)) < 1e-6);
}

TEST_CASE("folding adds the dense form in float32 and keeps the weight's type") {
  const LowRank pair = pair_of(3, 7, 5, 0.5);
  const at::Tensor weight = noise({5, 7}, 9);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const at::Tensor stored = weight.to(type);
    const at::Tensor folded = weights::fold(stored, pair);
    CHECK(folded.scalar_type() == type);
    const double rounding = type == at::kFloat ? 1e-6 : 4e-3;
    CHECK(relative_distance(folded, stored.to(at::kDouble) + slow_dense(pair)) < rounding);
  }
}

TEST_CASE("truncation is the best approximation of its rank, and reports its error") {
  const LowRank pair = pair_of(6, 20, 12, 2.0);
  for (const std::int64_t rank : {1, 3, 5}) {
    const weights::Truncated cut = weights::truncate(pair, rank);
    INFO("rank " << rank);
    CHECK(cut.pair.a.size(0) == rank);
    CHECK(cut.pair.b.size(1) == rank);
    CHECK(cut.pair.scale == 1.0);
    CHECK(cut.relative_error == Approx(slow_error(pair, rank)).epsilon(1e-9));
    CHECK(relative_distance(slow_dense(cut.pair), slow_dense(pair)) == Approx(cut.relative_error).epsilon(1e-4));
  }
}

TEST_CASE("truncation to the full rank, or a higher one, changes nothing but adds zeros") {
  const LowRank pair = pair_of(3, 20, 12, 2.0);
  for (const std::int64_t rank : {3, 5}) {
    const weights::Truncated cut = weights::truncate(pair, rank);
    CHECK(cut.pair.a.sizes() == at::IntArrayRef({rank, 20}));
    CHECK(cut.relative_error < 1e-12);
    CHECK(relative_distance(slow_dense(cut.pair), slow_dense(pair)) < 1e-6);
  }
}

TEST_CASE("a pair of more columns than the matrix has rows is truncated too") {
  const LowRank pair = pair_of(30, 8, 5, 1.0);
  const weights::Truncated cut = weights::truncate(pair, 2);
  CHECK(cut.relative_error == Approx(slow_error(pair, 2)).epsilon(1e-9));
  CHECK(cut.pair.a.sizes() == at::IntArrayRef({2, 8}));
}

TEST_CASE("a pair of zeros is truncated without dividing by zero") {
  const weights::Truncated cut = weights::truncate({at::zeros({3, 6}), at::zeros({4, 3}), 1.0}, 1);
  CHECK(cut.relative_error == 0.0);
  CHECK(at::isfinite(cut.pair.a).all().item<bool>());
}

TEST_CASE("a matrix becomes the nearest pair of a rank") {
  const LowRank pair = pair_of(3, 20, 12, 2.0);
  const weights::Truncated exact = weights::factorise(weights::dense(pair), 3);
  CHECK(relative_distance(weights::dense(exact.pair), slow_dense(pair)) < 1e-6);
  CHECK(exact.relative_error < 1e-6);
  const weights::Truncated cut = weights::factorise(weights::dense(pair), 2);
  CHECK(cut.pair.b.size(1) == 2);
  CHECK(cut.relative_error == Approx(slow_error(pair, 2)).epsilon(1e-5));
}

}  // namespace

}  // namespace low_rank_test
