#pragma once

#include <cstdint>

#include "swarm/coordinates.hpp"
#include "swarm/settings.hpp"

namespace shoal::swarm {

/// A position for the searches without memory. In each block the mixes w of the experts are drawn evenly from the
/// simplex (Dirichlet with parameters 1: w_k = e_k / sum e, e_k = -ln(1 - u_k)) and stretched about the even mix c,
///     x = c + 3/2 (w - c),
/// so that the experts lie inside and there is room to extrapolate. The u_k of block b come from
/// - random: the stream random_position, index b n + k;
/// - quasi_random: point number (iteration - 1) N + particle of the Halton sequence in its dimension b n + k, shifted
///   modulo 1 by a number of the stream quasi_random_shift (Cranley and Patterson 1976).
Coordinates draw_position(const Settings& settings, std::uint64_t seed, int iteration, int particle, int experts);

/// Digits of `number` in a prime base, mirrored at the point: dimension 0 has base 2, 1 has 3, 2 has 5, …
double halton(std::uint64_t number, std::size_t dimension);

}  // namespace shoal::swarm
