#include "io/dense_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "io/hdf5_frame.hpp"
#include "io/hdf5_image.hpp"

namespace shoal::io {
namespace {

using swarm::DenseSwarm;
using swarm::IdRange;
using swarm::Origin;

std::string window_name(std::size_t entry) { return fmt::format("window_{}", entry); }

std::array<std::int64_t, 2> numbers_of(const Origin& origin) { return {origin.particle, origin.iteration}; }

void add_window(const DenseSwarm& swarm, Hdf5Frame& frame) {
  std::vector<std::int64_t> numbers;
  for (std::size_t w = 0; w < swarm.window().size(); ++w) {
    const DenseSwarm::Remembered& remembered = swarm.window()[w];
    for (const std::int64_t number : numbers_of(remembered.origin)) numbers.push_back(number);
    frame.floats(window_name(w), remembered.weights, {swarm.length()});
  }
  frame.integers("window_numbers", numbers, {swarm.window().size(), 2});
}

void add_common(const DenseSwarm::Common& common, const std::string& name, Hdf5Frame& frame) {
  frame.integers(name + "_numbers", numbers_of(common.origin), {2});
  frame.floats(name, common.weights, {common.weights.size()});
}

/// One rank's file, read.
class DenseReader {
 public:
  DenseReader(std::string bytes, std::string source) : reader_(std::move(bytes), source), source_(std::move(source)) {}

  void copy_particles(IdRange held, DenseSwarm& swarm) const {
    const std::vector<std::int64_t> numbers = reader_.integers("particles");
    if (numbers.size() != 2 || numbers[0] != held.first || numbers[1] != held.last) reject("particles");
    copy_table("position", held, swarm, [&](int id) { return swarm.position(id); });
    copy_table("velocity", held, swarm, [&](int id) { return swarm.velocity(id); });
    copy_table("best_position", held, swarm, [&](int id) { return swarm.best_position(id); });
  }

  void copy_window(DenseSwarm& swarm) const {
    const std::vector<std::int64_t> numbers = reader_.integers("window_numbers");
    for (std::size_t w = 0; 2 * w + 1 < numbers.size(); ++w) {
      const Origin origin = origin_at(numbers, w);
      if (!swarm.owned().contains(origin.particle)) continue;
      swarm.window().push_back({origin, vector(window_name(w), swarm.length())});
    }
  }

  void copy_common(const std::string& name, std::size_t length, DenseSwarm::Common& common) const {
    common.origin = origin_at(reader_.integers(name + "_numbers"), 0);
    common.weights = vector(name, length);
  }

 private:
  [[noreturn]] void reject(const std::string& name) const {
    fail(ExitCode::input, "{} is damaged (its dataset {} does not fit the search).", source_, name);
  }

  Origin origin_at(const std::vector<std::int64_t>& numbers, std::size_t entry) const {
    if (numbers.size() < 2 * entry + 2) reject("numbers");
    return {static_cast<int>(numbers[2 * entry]), static_cast<int>(numbers[2 * entry + 1])};
  }

  std::vector<float> vector(const std::string& name, std::size_t length) const {
    std::vector<float> values = reader_.floats(name);
    if (values.size() != length) reject(name);
    return values;
  }

  template <typename Row>
  void copy_table(const std::string& name, IdRange held, const DenseSwarm& swarm, Row row) const {
    const std::size_t length = swarm.length();
    const std::vector<float> values = vector(name, static_cast<std::size_t>(held.size()) * length);
    for (int id = held.first; id < held.last; ++id) {
      if (!swarm.owned().contains(id)) continue;
      const auto begin = static_cast<std::size_t>(id - held.first) * length;
      std::ranges::copy(std::span(values).subspan(begin, length), row(id).begin());
    }
  }

  Hdf5Reader reader_;
  std::string source_;
};

bool overlap(IdRange a, IdRange b) { return std::max(a.first, b.first) < std::min(a.last, b.last); }

}  // namespace

std::string dense_file_name(int rank) { return fmt::format("rank-{:04d}.h5", rank); }

Manifest::File write_dense_file(const std::filesystem::path& folder, int rank, const DenseSwarm& swarm,
                                CommonVectors common) {
  Hdf5Frame frame;
  const IdRange owned = swarm.owned();
  const std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(owned.size()), swarm.length()};
  frame.integers("particles", std::array<std::int64_t, 2>{owned.first, owned.last}, {2});
  frame.floats("position", swarm.positions(), shape);
  frame.floats("velocity", swarm.velocities(), shape);
  frame.floats("best_position", swarm.best_positions(), shape);
  add_window(swarm, frame);
  if (common == CommonVectors::included) {
    add_common(swarm.global_best(), "global_best", frame);
    add_common(swarm.global_worst(), "global_worst", frame);
  }
  const std::vector<std::string_view> pieces = frame.finish();
  const std::string name = dense_file_name(rank);
  // The check sum is computed beside the writing: memory is faster than any disk.
  auto entry = std::async(std::launch::async, [&] { return describe(name, rank, pieces); });
  write_durably(folder / name, pieces);
  return entry.get();
}

void read_dense_files(const std::filesystem::path& folder, std::span<const Manifest::File> files, int particles,
                      DenseSwarm& swarm, CommonVectors common) {
  const int ranks = static_cast<int>(files.size());
  swarm.window().clear();
  for (int rank = 0; rank < ranks; ++rank) {
    const IdRange held = swarm::owned_by(rank, ranks, particles);
    const bool has_common = common == CommonVectors::included && rank == 0;
    if (!has_common && !overlap(held, swarm.owned())) continue;
    const Manifest::File& file = files[static_cast<std::size_t>(rank)];
    const DenseReader reader(read_checked(folder, file), (folder / file.name).string());
    reader.copy_particles(held, swarm);
    reader.copy_window(swarm);
    if (!has_common) continue;
    reader.copy_common("global_best", swarm.length(), swarm.global_best());
    reader.copy_common("global_worst", swarm.length(), swarm.global_worst());
  }
}

}  // namespace shoal::io
