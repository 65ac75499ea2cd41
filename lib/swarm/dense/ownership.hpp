#pragma once

namespace shoal::swarm {

/// Particles with ids first … last - 1: what one rank holds.
struct IdRange {
  int first = 0;
  int last = 0;

  int size() const { return last - first; }
  bool contains(int id) const { return id >= first && id < last; }
};

/// Particles are spread over ranks in contiguous blocks of nearly equal size; with more ranks than particles some hold
/// none.
IdRange owned_by(int rank, int ranks, int particles);

/// The rank that holds a particle.
int owner_of(int particle, int ranks, int particles);

}  // namespace shoal::swarm
