#include "swarm/dense/sparse_move.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "swarm/dense/dense_vectors.hpp"

namespace sparse_move_test {

using namespace shoal;
using namespace shoal::swarm;

namespace {

using Table = std::vector<std::vector<double>>;  // [four directions, weights]

struct Vectors : shoal::swarm::testing::DenseVectors {
  explicit Vectors(std::size_t count) : DenseVectors(11, count) {}
  Table directions() const {
    Table d(4);
    for (std::size_t k = 0; k < x.size(); ++k) {
      d[0].push_back(v[k]);
      d[1].push_back(p[k] - x[k]);
      d[2].push_back(g[k] - x[k]);
      d[3].push_back(x[k] - g_w[k]);
    }
    return d;
  }
};

constexpr UpdateWeights some_weights{0.11, 0.23, 0.31, 0.04, 0.69};

/// Only the `kept` largest magnitudes of each direction, by sorting all of them.
void trim_slowly(Table& d, std::size_t kept) {
  for (auto& direction : d) {
    std::vector<double> magnitudes;
    for (const double value : direction) magnitudes.push_back(std::abs(value));
    std::ranges::sort(magnitudes, std::greater{});
    for (double& value : direction) value = std::abs(value) < magnitudes[kept - 1] ? 0.0 : value;
  }
}

void drop_slowly(Table& d, double density, const Where& where) {
  for (std::size_t j = 0; j < d.size(); ++j) {
    for (std::size_t k = 0; k < d[j].size(); ++k) {
      const double u = random_words(where.seed, where.at(Purpose::dare_mask, k))[j] / 4294967296.0;
      d[j][k] = u < density ? d[j][k] / density : 0.0;
    }
  }
}

/// The velocity as the definition has it, in float64.
std::vector<double> elect_slowly(const Table& d, const UpdateWeights& w) {
  const std::vector<double> weights{w.inertia, w.cognitive, w.social, w.repel};
  std::vector<double> velocity;
  for (std::size_t k = 0; k < d[0].size(); ++k) {
    double sums[2] = {0.0, 0.0}, shares[2] = {0.0, 0.0};  // of the negative ones and of the positive ones
    for (std::size_t j = 0; j < 4; ++j) {
      if (d[j][k] == 0.0) continue;
      sums[d[j][k] > 0.0] += weights[j] * d[j][k];
      shares[d[j][k] > 0.0] += weights[j];
    }
    const int elected = sums[1] > -sums[0] ? 1 : 0;
    velocity.push_back(shares[elected] > 0.0 ? sums[elected] / shares[elected] : 0.0);
  }
  return velocity;
}

double largest_difference(const std::vector<float>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
  return largest;
}

SparseRule ties(Vectors& vectors, double density) {
  return {VelocityRule::ties, trim_thresholds(vectors.particle(), vectors.bests(), density), density, {1, 2, 3}};
}

void move(Vectors& vectors, const SparseRule& rule) {
  move_sparsely(vectors.particle(), vectors.bests(), 0.5, some_weights, rule, 0, vectors.x.size());
}

}  // namespace

TEST_CASE("ties trims, elects and averages as the slow reference does", "[sparse_move]") {
  for (const double density : {0.1, 0.5, 0.9, 1.0}) {
    Vectors vectors(2003);
    Table d = vectors.directions();
    trim_slowly(d, static_cast<std::size_t>(std::ceil(density * 2003.0)));
    const auto x = vectors.x;
    move(vectors, ties(vectors, density));
    CHECK(largest_difference(vectors.v, elect_slowly(d, some_weights)) < 1e-6);
    for (std::size_t k = 0; k < x.size(); ++k) REQUIRE(vectors.x[k] == x[k] + 0.5F * vectors.v[k]);
  }
}

TEST_CASE("dare_ties drops by its own random stream and rescales what is left", "[sparse_move]") {
  const Where where{21, 4, 6};
  for (const double density : {0.2, 0.8}) {
    Vectors vectors(2003);
    Table d = vectors.directions();
    drop_slowly(d, density, where);
    move(vectors, {VelocityRule::dare_ties, {}, density, where});
    CHECK(largest_difference(vectors.v, elect_slowly(d, some_weights)) < 1e-5);
    CHECK(std::ranges::count(vectors.v, 0.0F) == std::ranges::count(elect_slowly(d, some_weights), 0.0));
  }
}

TEST_CASE("where all directions agree and none is thinned out the velocity is the linear one", "[sparse_move]") {
  Vectors sparse(100);
  for (std::size_t k = 0; k < 100; ++k) {
    sparse.x[k] = 0.0F;
    sparse.g_w[k] = -0.5F;
    for (auto* up : {&sparse.v, &sparse.p, &sparse.g}) (*up)[k] = std::abs((*up)[k]) + 0.1F;
  }
  Vectors linear = sparse;
  move(sparse, ties(sparse, 1.0));
  move_dense(linear.particle(), linear.bests(), 0.5, some_weights, 0, 100);
  CHECK(largest_difference(sparse.v, {linear.v.begin(), linear.v.end()}) < 1e-6);
}

TEST_CASE("directions of zeros count for nothing, and all draws 0 keep the velocity", "[sparse_move]") {
  Vectors vectors(50);
  vectors.v.assign(50, 0.0F);
  vectors.p = vectors.g = vectors.g_w = vectors.x;
  move(vectors, ties(vectors, 0.5));
  CHECK(vectors.v == std::vector<float>(50, 0.0F));
  Vectors kept(50);
  const auto v = kept.v;
  move_sparsely(kept.particle(), kept.bests(), 0.5, {0.0, 0.0, 0.0, 0.0, 0.0}, ties(kept, 0.5), 0, 50);
  CHECK(kept.v == v);
}

TEST_CASE("a sparse move in parts gives the same bits", "[sparse_move]") {
  for (const auto velocity : {VelocityRule::ties, VelocityRule::dare_ties}) {
    Vectors whole(1000), parts(1000);
    SparseRule rule = ties(whole, 0.4);
    rule.velocity = velocity;
    move(whole, rule);
    for (std::size_t begin = 0; begin < 1000; begin += 130) {
      const std::size_t end = std::min<std::size_t>(1000, begin + 130);
      move_sparsely(parts.particle(), parts.bests(), 0.5, some_weights, rule, begin, end);
    }
    CHECK(parts.x == whole.x);
    CHECK(parts.v == whole.v);
  }
}

}  // namespace sparse_move_test
