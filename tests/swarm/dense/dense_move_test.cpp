#include "swarm/dense/dense_move.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "swarm/dense/dense_vectors.hpp"

namespace dense_move_test {

using namespace shoal;
using namespace shoal::swarm;

namespace {

struct Vectors : shoal::swarm::testing::DenseVectors {
  explicit Vectors(std::size_t count) : DenseVectors(5, count) {}
};

/// The equation as it is written, one number at a time in float64.
void move_slowly(Vectors& s, double step, const UpdateWeights& w) {
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    const double x = s.x[i];
    const double v =
        (w.inertia * s.v[i] + w.cognitive * (s.p[i] - x) + w.social * (s.g[i] - x) + w.repel * (x - s.g_w[i])) / w.sum;
    s.v[i] = static_cast<float>(v);
    s.x[i] = static_cast<float>(x + step * v);
  }
}

void move_fast(Vectors& s, double step, const UpdateWeights& w, std::size_t begin, std::size_t end) {
  move_dense(s.particle(), s.bests(), step, w, begin, end);
}

constexpr UpdateWeights some_weights{0.11, 0.23, 0.31, 0.04, 0.11 + 0.23 + 0.31 + 0.04};

}  // namespace

TEST_CASE("the fused move is the equation of the update up to rounding", "[dense_move]") {
  for (const std::size_t count : {1UL, 15UL, 16UL, 1000UL, 10007UL}) {
    Vectors fast(count), slow(count);
    for (int k = 0; k < 5; ++k) {
      move_fast(fast, 0.7, some_weights, 0, count);
      move_slowly(slow, 0.7, some_weights);
    }
    double largest = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      largest = std::max({largest, std::abs(static_cast<double>(fast.x[i]) - slow.x[i]),
                          std::abs(static_cast<double>(fast.v[i]) - slow.v[i])});
    }
    CHECK(largest < 2e-6);
  }
}

TEST_CASE("a move in parts gives the same bits as in one piece", "[dense_move]") {
  const std::size_t count = 4099;
  Vectors whole(count);
  move_fast(whole, 0.9, some_weights, 0, count);
  for (const std::size_t part : {1UL, 7UL, 16UL, 100UL, 4098UL}) {
    Vectors pieces(count);
    for (std::size_t begin = 0; begin < count; begin += part) {
      move_fast(pieces, 0.9, some_weights, begin, std::min(count, begin + part));
    }
    CHECK(pieces.x == whole.x);
    CHECK(pieces.v == whole.v);
  }
}

TEST_CASE("with all draws 0 a particle goes on in its direction", "[dense_move]") {
  Vectors moved(50);
  const Vectors before(50);
  move_fast(moved, 0.5, {0.0, 0.0, 0.0, 0.0, 0.0}, 0, 50);
  CHECK(moved.v == before.v);
  for (std::size_t i = 0; i < 50; ++i) CHECK(moved.x[i] == before.x[i] + 0.5F * before.v[i]);
}

}  // namespace dense_move_test
