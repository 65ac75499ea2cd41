#include "base/philox.hpp"

#include <Random123/philox.h>

namespace shoal {

std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Counter counter) {
  const r123::Philox4x32::key_type key{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)}};
  const r123::Philox4x32::ctr_type position{
      {counter.iteration, counter.particle, static_cast<std::uint32_t>(counter.purpose), counter.index}};
  const auto words = r123::Philox4x32()(position, key);
  return {words[0], words[1], words[2], words[3]};
}

double uniform(std::uint64_t seed, Counter counter) { return uniform_of(random_words(seed, counter)); }

std::uint32_t below(std::uint64_t seed, Counter counter, std::uint32_t m) {
  return static_cast<std::uint32_t>(uniform(seed, counter) * m);
}

}  // namespace shoal
