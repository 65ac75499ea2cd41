#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "io/checkpoint_manifest.hpp"
#include "swarm/dense_swarm.hpp"

namespace shoal::io {

/// rank-0003.h5 for rank 3: the weight vectors that one rank holds (docs/checkpoint-format.md).
std::string dense_file_name(int rank);

/// Which vectors besides those of its own particles a file holds.
enum class CommonVectors { left_out, included };

/// Writes and syncs this rank's file into the folder of a checkpoint. Throws Error{resource}.
Manifest::File write_dense_file(const std::filesystem::path& folder, int rank, const swarm::DenseSwarm& swarm,
                                CommonVectors common);

/// Fills `swarm` with the particles and remembered positions that it owns, from whichever of the files has them; with
/// `common`, also g and g_w, which the first file holds. `files` are those of all ranks that wrote the checkpoint of
/// `particles` particles, in their order. Throws Error{input} when one is damaged or does not fit.
void read_dense_files(const std::filesystem::path& folder, std::span<const Manifest::File> files, int particles,
                      swarm::DenseSwarm& swarm, CommonVectors common);

}  // namespace shoal::io
