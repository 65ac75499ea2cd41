#include "evaluation/synthetic_model.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "base/philox.hpp"

namespace shoal::evaluation {
namespace {

using namespace std::chrono;

/// In [-1, 1), fixed by its place.
double fixed(std::uint64_t seed, std::size_t row, std::size_t column) {
  const Counter counter{static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column), Purpose::synthetic, 0};
  return 2.0 * uniform(seed, counter) - 1.0;
}

}  // namespace

void SyntheticModel::compute(std::int64_t tokens, const std::function<void()>& poll) const {
  const auto end = steady_clock::now() + duration_cast<steady_clock::duration>(
                                             duration<double>(seconds_per_token_ * static_cast<double>(tokens)));
  while (true) {
    poll();
    const auto left = end - steady_clock::now();
    if (left <= steady_clock::duration::zero()) return;
    std::this_thread::sleep_for(std::min<steady_clock::duration>(left, milliseconds(20)));
  }
}

// |sum_k w_ek (a_k - t_k)| < width_e, with w in [-1, 1), t near the even mix, width in [0.1, 0.6)
double SyntheticModel::score(const swarm::Coordinates& position, std::size_t example) const {
  constexpr std::size_t target_row = 0xffffff;
  const double even = 1.0 / static_cast<double>(position.size());
  double distance = 0.0;
  for (std::size_t k = 0; k < position.size(); ++k) {
    const double target = even * (1.0 + fixed(seed_, target_row, k));
    distance += fixed(seed_, example, k) * (position[k] - target);
  }
  const double width = 0.1 + 0.5 * std::abs(fixed(seed_, example, position.size()));
  return std::abs(distance) < width ? 1.0 : 0.0;
}

}  // namespace shoal::evaluation
