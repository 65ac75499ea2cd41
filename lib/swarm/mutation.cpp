#include "swarm/mutation.hpp"

#include <cmath>
#include <numbers>

namespace shoal::swarm {
namespace {

double normal(std::uint32_t w2, std::uint32_t w3) {
  const double u2 = (w2 + 0.5) * 0x1.0p-32;
  const double u3 = w3 * 0x1.0p-32;
  return std::sqrt(-2.0 * std::log(u2)) * std::cos(2.0 * std::numbers::pi * u3);
}

}  // namespace

void mutate(std::span<float> position, const Mutation& mutation, const Where& where, std::size_t begin,
            std::size_t end) {
  if (mutation.rate == 0.0 || mutation.sigma == 0.0) return;
  for (std::size_t k = begin; k < end; ++k) {
    const auto words = random_words(where.seed, where.at(Purpose::mutation, k));
    if (uniform_of(words) >= mutation.rate) continue;
    position[k] = static_cast<float>(position[k] + mutation.sigma * normal(words[2], words[3]));
  }
}

}  // namespace shoal::swarm
