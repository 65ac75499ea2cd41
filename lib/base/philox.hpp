#pragma once

#include <array>
#include <cstdint>

namespace shoal {

/// What a random number is drawn for: the third word of the Philox counter (docs/algorithm.md, "Random numbers").
enum class Purpose : std::uint32_t {
  crossover = 0,
  partner = 1,
  update = 2,
  dropout = 3,
  validation_split = 4,
  mutation = 5,
  dare_mask = 6,
  synthetic = 7,
  merge_mask = 16,
  random_position = 24,
  quasi_random_shift = 25,
  cma_es = 26,
  differential_evolution = 27
};

/// The particle word of a draw that belongs to an iteration as a whole.
inline constexpr std::uint32_t whole_iteration = 0xffffffffU;

/// Where a random number stands: nothing else (rank, thread, order, time) may influence it.
struct Counter {
  std::uint32_t iteration;
  std::uint32_t particle;
  Purpose purpose;
  std::uint32_t index;
};

/// The four output words of Philox4x32-10, key = seed, counter = {iteration, particle, purpose, index}.
std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Counter counter);

/// The number in [0, 1) that the first two output words stand for.
inline double uniform_of(const std::array<std::uint32_t, 4>& words) {
  const std::uint64_t bits = (static_cast<std::uint64_t>(words[0]) << 32U | words[1]) >> 11U;
  return static_cast<double>(bits) * 0x1.0p-53;
}

/// A standard normal number from the output words w2, w3: sqrt(-2 ln u_2) cos(2π u_3) with u_2 = (w2 + 1/2) 2^-32 and
/// u_3 = w3 2^-32 (Box and Muller 1958).
double normal_of(const std::array<std::uint32_t, 4>& words);

/// Uniform in [0, 1) with 53 random bits, from the output words w0, w1: u = ((w0 << 32 | w1) >> 11) * 2^-53.
double uniform(std::uint64_t seed, Counter counter);

/// An integer in [0, m): floor(u m). Requires m > 0.
std::uint32_t below(std::uint64_t seed, Counter counter, std::uint32_t m);

}  // namespace shoal
