// The GPU's kernel, run thread by thread on the CPU, against the CPU's own move.

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "swarm/dense/dense_vectors.hpp"
// cuda_on_cpu.hpp last: it gives CUDA's words a meaning
#include "support/cuda_on_cpu.hpp"
//
#include "swarm/dense/dense_move.cuh"

namespace dense_move_kernel_test {

using namespace shoal::swarm;
using shoal::swarm::testing::DenseVectors;
using shoal::testing::launch_on_cpu;

namespace {

/// The particles of a rank, one after the other as on a GPU.
struct Tables {
  explicit Tables(const std::vector<DenseVectors>& particles) {
    for (const DenseVectors& one : particles) {
      x.insert(x.end(), one.x.begin(), one.x.end());
      v.insert(v.end(), one.v.begin(), one.v.end());
      p.insert(p.end(), one.p.begin(), one.p.end());
    }
  }
  std::vector<float> x, v, p;
};

/// Particles of one rank: they share g and g_w, and differ in their weights. The last one's draws are all 0.
std::vector<DenseVectors> some_particles(std::size_t length) {
  std::vector<DenseVectors> particles;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    particles.emplace_back(seed, length);
    particles.back().g = particles.front().g;
    particles.back().g_w = particles.front().g_w;
  }
  return particles;
}

constexpr UpdateWeights some_weights[] = {{0.11, 0.23, 0.31, 0.04, 0.11 + 0.23 + 0.31 + 0.04},
                                          {0.2, 0.0, 0.7, 0.0, 0.9},
                                          {1e-9, 0.4, 1e-20, 0.3, 0.7 + 1e-9},
                                          {0.0, 0.0, 0.0, 0.0, 0.0}};
constexpr double step = 0.7;

void check_equal_bits(std::vector<DenseVectors> particles, unsigned blocks, unsigned threads) {
  Tables tables(particles);
  std::vector<MoveFactors> factors;
  for (const UpdateWeights& weights : some_weights) factors.push_back(move_factors(weights, step));
  const std::size_t length = particles.front().x.size();
  launch_on_cpu({blocks}, threads, [&] {
    move_dense_kernel(tables.x.data(), tables.v.data(), tables.p.data(), particles.front().g.data(),
                      particles.front().g_w.data(), factors.data(), static_cast<int>(particles.size()),
                      static_cast<std::int64_t>(length));
  });
  for (std::size_t i = 0; i < particles.size(); ++i) {
    move_dense(particles[i].particle(), particles[i].bests(), step, some_weights[i], 0, length);
  }
  const Tables expected(particles);
  CHECK(tables.x == expected.x);
  CHECK(tables.v == expected.v);
  CHECK(tables.p == expected.p);
}

}  // namespace

TEST_CASE("the GPU's move has the bits of the CPU's, for grids smaller and larger than the vectors", "[dense_move]") {
  for (const std::size_t length : {1UL, 31UL, 64UL, 1001UL}) {
    CAPTURE(length);
    check_equal_bits(some_particles(length), 1, 32);
    check_equal_bits(some_particles(length), 3, 64);
  }
}

TEST_CASE("the GPU's move rounds numbers of very different size as the CPU's does", "[dense_move]") {
  auto particles = some_particles(64);
  for (DenseVectors& one : particles) {
    for (std::size_t k = 0; k < 64; ++k) {
      one.x[k] *= std::ldexp(1.0F, static_cast<int>(k) - 32);
      one.p[k] *= std::ldexp(1.0F, 20 - static_cast<int>(k));
    }
  }
  check_equal_bits(std::move(particles), 2, 32);
}

}  // namespace dense_move_kernel_test
