#include "swarm/dense/mutation.hpp"

namespace shoal::swarm {

void mutate(std::span<float> position, const Mutation& mutation, const Where& where, std::size_t begin,
            std::size_t end) {
  if (mutation.rate == 0.0 || mutation.sigma == 0.0) return;
  for (std::size_t k = begin; k < end; ++k) {
    const auto words = random_words(where.seed, where.at(Purpose::mutation, k));
    if (uniform_of(words) >= mutation.rate) continue;
    position[k] = static_cast<float>(position[k] + mutation.sigma * normal_of(words));
  }
}

}  // namespace shoal::swarm
