#include "checkpoint/dense_file.hpp"

#include <fmt/format.h>

#include <array>
#include <future>
#include <utility>

#include "base/file.hpp"
#include "checkpoint/hdf5/frame.hpp"

namespace shoal::checkpoint {
namespace {

using swarm::DenseSwarm;

std::unique_ptr<Hdf5Frame> frame_of(const DenseSwarm& swarm) {
  auto frame = std::make_unique<Hdf5Frame>();
  const swarm::IdRange owned = swarm.owned();
  const std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(owned.size()), swarm.length()};
  frame->integers("particles", std::array<std::int64_t, 2>{owned.first, owned.last}, {2});
  frame->integers("iteration", std::array<std::int64_t, 1>{swarm.iteration()}, {1});
  frame->floats("position", swarm.positions(), shape);
  frame->floats("velocity", swarm.velocities(), shape);
  return frame;
}

std::unique_ptr<Hdf5Frame> frame_of(std::span<const DenseSwarm::Reached> reached) {
  auto frame = std::make_unique<Hdf5Frame>();
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    numbers.insert(numbers.end(), {reached[i].origin.particle, reached[i].origin.iteration});
    frame->floats(fmt::format("reached_{}", i), reached[i].weights, {reached[i].weights.size()});
  }
  frame->integers("reached_numbers", numbers, {reached.size(), 2});
  return frame;
}

}  // namespace

std::string dense_file_name(int rank) { return fmt::format("rank-{:04d}.h5", rank); }

std::string reached_file_name(int rank, int iteration) {
  return fmt::format("reached-{:04d}-{:06d}.h5", rank, iteration);
}

DenseImage::DenseImage(int rank, int iteration, const DenseSwarm& swarm, std::span<const DenseSwarm::Reached> reached)
    : rank_(rank) {
  add(dense_file_name(rank), "dense", frame_of(swarm));
  if (!reached.empty()) add(reached_file_name(rank, iteration), "reached", frame_of(reached));
}

DenseImage::~DenseImage() = default;

void DenseImage::add(std::string name, std::string kind, std::unique_ptr<Hdf5Frame> frame) {
  auto pieces = frame->finish();
  files_.push_back({std::move(name), std::move(kind), std::move(frame), std::move(pieces)});
}

std::vector<Manifest::File> DenseImage::write(const std::filesystem::path& folder) const {
  std::vector<Manifest::File> written;
  for (const File& file : files_) {
    // The check sum is computed beside the writing: memory is faster than any disk.
    auto entry = std::async(std::launch::async, [&] { return describe(file.name, file.kind, rank_, file.pieces); });
    write_durably(folder / file.name, file.pieces);
    written.push_back(entry.get());
  }
  return written;
}

}  // namespace shoal::checkpoint
