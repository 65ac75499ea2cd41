#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>
#include <cstring>

// Sixteen floats at a time, in GCC's vector extensions: the same source becomes AVX-512, AVX2 or SSE code.
// A function marked SHOAL_SIMD is compiled once for each and the loader picks (not under sanitizers: they dislike
// ifuncs).
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHOAL_SIMD
#else
#define SHOAL_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#define SHOAL_INLINE __attribute__((always_inline)) inline

namespace shoal::model::simd {

inline constexpr std::int64_t lanes = 16;
using Floats = float __attribute__((vector_size(64)));
using Words = std::uint32_t __attribute__((vector_size(64)));
using Integers = std::int32_t __attribute__((vector_size(64)));
using Halves = std::uint16_t __attribute__((vector_size(32)));

SHOAL_INLINE std::int64_t padded(std::int64_t count) { return (count + lanes - 1) / lanes * lanes; }

SHOAL_INLINE Floats broadcast(float value) { return Floats{} + value; }

SHOAL_INLINE Floats load(const float* from) {
  Floats values;
  std::memcpy(&values, from, sizeof values);
  return values;
}

SHOAL_INLINE Floats load(const c10::BFloat16* from) {
  Halves halves;
  std::memcpy(&halves, from, sizeof halves);
  return reinterpret_cast<Floats>(__builtin_convertvector(halves, Words) << 16);
}

SHOAL_INLINE void store(float* to, Floats values) { std::memcpy(to, &values, sizeof values); }

// Round to nearest, ties to even.
SHOAL_INLINE void store(c10::BFloat16* to, Floats values) {
  const auto bits = reinterpret_cast<Words>(values);
  const Words rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
  const Halves halves = __builtin_convertvector(rounded, Halves);
  std::memcpy(to, &halves, sizeof halves);
}

// The first `count` < lanes elements; the others are 0.
template <typename T>
SHOAL_INLINE Floats load_some(const T* from, std::int64_t count) {
  T padded_values[lanes] = {};
  for (std::int64_t i = 0; i < count; ++i) padded_values[i] = from[i];
  return load(padded_values);
}

template <typename T>
SHOAL_INLINE void store_some(T* to, Floats values, std::int64_t count) {
  T all[lanes];
  store(all, values);
  for (std::int64_t i = 0; i < count; ++i) to[i] = all[i];
}

template <typename T>
SHOAL_INLINE Floats rounded_to(Floats values) {
  T stored[lanes];
  store(stored, values);
  return load(stored);
}

template <>
SHOAL_INLINE Floats rounded_to<float>(Floats values) {
  return values;
}

// Both fold the upper half onto the lower until one lane is left: always the same order.
SHOAL_INLINE float sum(Floats v) {
  v += __builtin_shuffle(v, Integers{8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15});
  v += __builtin_shuffle(v, Integers{4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7});
  v += __builtin_shuffle(v, Integers{2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3});
  return v[0] + v[1];
}

// Lane j of the result is the sum of parts[j]: sixteen sums for the price of four. Each round folds pairs of vectors
// onto one, so that a vector holds twice as many partial sums of half as many lanes.
SHOAL_INLINE Floats sums_of_each(Floats (&v)[lanes]) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    v[i] = __builtin_shuffle(v[i], v[i + 8], Integers{0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23}) +
           __builtin_shuffle(v[i], v[i + 8], Integers{8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31});
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    v[i] = __builtin_shuffle(v[i], v[i + 4], Integers{0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27}) +
           __builtin_shuffle(v[i], v[i + 4], Integers{4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31});
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    v[i] = __builtin_shuffle(v[i], v[i + 2], Integers{0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29}) +
           __builtin_shuffle(v[i], v[i + 2], Integers{2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31});
  }
  return __builtin_shuffle(v[0], v[1], Integers{0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30}) +
         __builtin_shuffle(v[0], v[1], Integers{1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31});
}

SHOAL_INLINE Floats larger(Floats a, Floats b) { return a > b ? a : b; }

SHOAL_INLINE float maximum(Floats v) {
  v = larger(v, __builtin_shuffle(v, Integers{8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15}));
  v = larger(v, __builtin_shuffle(v, Integers{4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7}));
  v = larger(v, __builtin_shuffle(v, Integers{2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3}));
  return v[0] > v[1] ? v[0] : v[1];
}

// e^x to about 2 units in the last place; above 88 it is e^88, below -87 it is 0, NaN stays NaN. x = n ln 2 + r, |r| <=
// ln 2 / 2; e^r by the polynomial of Cephes' expf. n comes from adding and subtracting 1.5 * 2^23, which rounds to a
// whole number.
SHOAL_INLINE Floats exponential(Floats x) {
  const Floats low = broadcast(-87.0F);
  const Floats high = broadcast(88.0F);
  const Floats above = larger(x, low);
  const Floats clipped = above < high ? above : high;
  const Floats magic = broadcast(12582912.0F);
  const Floats shifted = clipped * 1.44269504088896341F + magic;
  const Floats n = shifted - magic;
  const Floats r = clipped - n * 0.693359375F + n * 2.12194440e-4F;
  Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const auto power = (__builtin_convertvector(n, Integers) + 127) << 23;
  const Floats result = p * reinterpret_cast<Floats>(power);
  return x == x ? (x < low ? Floats{} : result) : x;
}

}  // namespace shoal::model::simd
