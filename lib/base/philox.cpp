#include "base/philox.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace shoal {

std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Counter counter) {
  const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)}};
  const r123::Philox4x32::ctr_type position{
      {counter.iteration, counter.particle, static_cast<std::uint32_t>(counter.purpose), counter.index}};
  const auto words = r123::Philox4x32()(position, key);
  return {words[0], words[1], words[2], words[3]};
}

double normal_of(const std::array<std::uint32_t, 4>& words) {
  const double u2 = (words[2] + 0.5) * 0x1.0p-32;
  const double u3 = words[3] * 0x1.0p-32;
  return std::sqrt(-2.0 * std::log(u2)) * std::cos(2.0 * std::numbers::pi * u3);
}

double uniform(std::uint64_t seed, Counter counter) { return uniform_of(random_words(seed, counter)); }

std::uint32_t below(std::uint64_t seed, Counter counter, std::uint32_t m) {
  return static_cast<std::uint32_t>(uniform(seed, counter) * m);
}

}  // namespace shoal
