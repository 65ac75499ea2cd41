#pragma once

#include "swarm/settings.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// Differential evolution (Storn and Price 1997, rand/1/bin with F = 0.7, CR = 0.9). The population are the personal
/// bests: a trial that is better replaces the one of its particle, which is what a personal best does. For particle i,
/// with different a, b, c ≠ i:
///     d = p_a + F (p_b - p_c);   trial_k = d_k where u_k < CR or k is the chosen coefficient, else p_i,k
/// and the same number is added to all coefficients of a block so that they sum to 1 again.
/// Stream differential_evolution: index 0, 1, 2: a, b, c; 3: the chosen coefficient; 4 + k: u_k.
Coordinates trial_position(const SwarmState& state, int iteration, int particle);

}  // namespace shoal::swarm
