#include "swarm/optimiser/simplex_draw.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/philox.hpp"

namespace shoal::swarm {
namespace {

constexpr double stretch = 1.5;

std::uint32_t word(std::size_t value) { return static_cast<std::uint32_t>(value); }

std::uint64_t prime(std::size_t index) {
  std::vector<std::uint64_t> primes;
  for (std::uint64_t candidate = 2; primes.size() <= index; ++candidate) {
    if (std::ranges::none_of(primes, [&](std::uint64_t p) { return candidate % p == 0; })) primes.push_back(candidate);
  }
  return primes.back();
}

double shifted(double u, double shift) { return u + shift < 1.0 ? u + shift : u + shift - 1.0; }

/// Numbers in [0, 1), one per coefficient.
std::vector<double> cube_point(const Settings& settings, std::uint64_t seed, int iteration, int particle,
                               std::size_t dimensions) {
  std::vector<double> point;
  const auto number = static_cast<std::uint64_t>(iteration - 1) * static_cast<std::uint64_t>(settings.particles) +
                      static_cast<std::uint64_t>(particle);
  for (std::size_t k = 0; k < dimensions; ++k) {
    if (settings.optimiser == Optimiser::random) {
      point.push_back(uniform(seed, {static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(particle),
                                     Purpose::random_position, word(k)}));
    } else {
      const double shift = uniform(seed, {0, whole_iteration, Purpose::quasi_random_shift, word(k)});
      point.push_back(shifted(halton(number, k), shift));
    }
  }
  return point;
}

}  // namespace

double halton(std::uint64_t number, std::size_t dimension) {
  const std::uint64_t base = prime(dimension);
  double value = 0.0;
  double place = 1.0 / static_cast<double>(base);
  for (; number > 0; number /= base, place /= static_cast<double>(base)) {
    value += place * static_cast<double>(number % base);
  }
  return value;
}

Coordinates draw_position(const Settings& settings, std::uint64_t seed, int iteration, int particle, int experts) {
  const auto n = static_cast<std::size_t>(experts);
  const double even = 1.0 / static_cast<double>(n);
  Coordinates position = cube_point(settings, seed, iteration, particle, n * static_cast<std::size_t>(settings.blocks));
  for (double& u : position) u = -std::log1p(-u);
  for (auto block = position.begin(); block != position.end(); block += experts) {
    const double sum = std::accumulate(block, block + experts, 0.0);
    for (auto x = block; x != block + experts; ++x) {
      *x = even + stretch * ((sum > 0.0 ? *x / sum : even) - even);
    }
  }
  return position;
}

}  // namespace shoal::swarm
