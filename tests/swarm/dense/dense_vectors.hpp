#pragma once

#include <cstdint>
#include <vector>

#include "base/philox.hpp"
#include "swarm/dense/dense_move.hpp"

namespace shoal::swarm::testing {

/// One particle and the bests as weight vectors, filled with numbers in [-1, 1) that depend on the seed alone.
struct DenseVectors {
  DenseVectors(std::uint64_t seed, std::size_t count)
      : x(numbers(seed, 0, count)),
        v(numbers(seed, 1, count)),
        p(numbers(seed, 2, count)),
        g(numbers(seed, 3, count)),
        g_w(numbers(seed, 4, count)) {}

  DenseParticle particle() { return {x, v, p}; }
  DenseBests bests() const { return {g, g_w}; }

  std::vector<float> x, v, p, g, g_w;

 private:
  static std::vector<float> numbers(std::uint64_t seed, std::uint32_t stream, std::size_t count) {
    std::vector<float> values;
    for (std::uint32_t i = 0; i < count; ++i) {
      values.push_back(static_cast<float>(2.0 * uniform(seed, {stream, i, static_cast<Purpose>(1000), 0}) - 1.0));
    }
    return values;
  }
};

}  // namespace shoal::swarm::testing
