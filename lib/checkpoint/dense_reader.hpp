#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "checkpoint/checkpoint_manifest.hpp"
#include "swarm/dense/dense_swarm.hpp"

namespace shoal::checkpoint {

/// The files that ranks wrote of one checkpoint of dense positions, of this version's format or the one before it.
struct DenseFiles {
  std::filesystem::path folder;
  std::vector<Manifest::File> files;  ///< in rank order
  int particles = 0;                  ///< of the whole swarm
};

/// Fills `swarm` with the particles that it owns and with what they have reached, as `state` has it: personal bests,
/// the window, and g and g_w where their particles are its own. Only the files that hold some of this are read. Throws
/// Error{input} when one is damaged or does not fit.
void read_dense(const DenseFiles& files, const swarm::SwarmState& state, swarm::DenseSwarm& swarm);

/// One position that the checkpoint still holds, of `length` numbers; `state` as above. Throws Error{input}.
std::vector<float> read_reached(const DenseFiles& files, const swarm::SwarmState& state, swarm::Origin origin,
                                std::size_t length);

}  // namespace shoal::checkpoint
