#include "checkpoint/dense_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "checkpoint/hdf5/image.hpp"

namespace shoal::checkpoint {
namespace {

using swarm::DenseSwarm;
using swarm::IdRange;
using swarm::Origin;
using swarm::SwarmState;

/// A position that is looked for, and where its numbers go.
struct Wanted {
  Origin origin;
  std::span<float> place;
  bool found = false;
};

/// One file, read.
class RankFile {
 public:
  RankFile(const DenseFiles& files, const Manifest::File& file)
      : source_((files.folder / file.name).string()), reader_(read_checked(files.folder, file), source_) {}

  bool has(const std::string& name) const { return reader_.has(name); }
  std::vector<std::int64_t> integers(const std::string& name) const { return reader_.integers(name); }

  std::vector<float> vector(const std::string& name, std::size_t length) const {
    std::vector<float> values = reader_.floats(name);
    if (values.size() != length) reject(name);
    return values;
  }

  Origin origin_at(const std::string& name, std::size_t entry) const {
    const auto numbers = integers(name);
    if (numbers.size() < 2 * entry + 2) reject(name);
    return {static_cast<int>(numbers[2 * entry]), static_cast<int>(numbers[2 * entry + 1])};
  }

  [[noreturn]] void reject(const std::string& name) const {
    fail(ExitCode::input, "{} is damaged (its dataset {} does not fit the search).", source_, name);
  }

 private:
  std::string source_;
  Hdf5Reader reader_;
};

/// Takes the dataset `name`, which holds the position `origin`, to wherever that is wanted.
void offer(const RankFile& file, const Origin& origin, const std::string& name, std::span<Wanted> wanted) {
  std::optional<std::vector<float>> values;
  for (Wanted& one : wanted) {
    if (one.found || one.origin != origin) continue;
    if (!values) values = file.vector(name, one.place.size());
    std::ranges::copy(*values, one.place.begin());
    one.found = true;
  }
}

/// A list of positions: NAME_0, NAME_1, … with NAME_numbers.
void offer_list(const RankFile& file, const std::string& name, std::span<Wanted> wanted) {
  const std::size_t count = file.integers(name + "_numbers").size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    offer(file, file.origin_at(name + "_numbers", i), fmt::format("{}_{}", name, i), wanted);
  }
}

/// The rows of a table [particles held, length] that belong to ids that `row` wants: it returns their places.
template <typename Row>
void copy_rows(const RankFile& file, const std::string& name, IdRange held, std::size_t length, const Row& row) {
  const std::vector<float> values = file.vector(name, static_cast<std::size_t>(held.size()) * length);
  for (int id = held.first; id < held.last; ++id) {
    const auto begin = static_cast<std::size_t>(id - held.first) * length;
    for (const std::span<float> place : row(id)) {
      std::ranges::copy(std::span(values).subspan(begin, length), place.begin());
    }
  }
}

/// Format 2 has all positions in rank-0000.h5, …: a table of personal bests, the window, and in the first g and g_w.
void offer_format_2(const RankFile& file, IdRange held, const SwarmState& state, std::span<Wanted> wanted) {
  copy_rows(file, "best_position", held, wanted.front().place.size(), [&](int id) {
    std::vector<std::span<float>> places;
    const Origin best{id, state.particles[static_cast<std::size_t>(id)].best_iteration};
    for (Wanted& one : wanted) {
      if (one.found || one.origin != best) continue;
      places.push_back(one.place);
      one.found = true;
    }
    return places;
  });
  offer_list(file, "window", wanted);
  for (const std::string common : {"global_best", "global_worst"}) {
    if (file.has(common)) offer(file, file.origin_at(common + "_numbers", 0), common, wanted);
  }
}

/// Which particles the files of each rank hold.
class Holders {
 public:
  explicit Holders(const DenseFiles& files) : files_(files) {
    for (const Manifest::File& file : files.files) ranks_ = std::max(ranks_, *file.rank + 1);
  }

  int ranks() const { return ranks_; }
  IdRange held_by(int rank) const { return swarm::owned_by(rank, ranks_, files_.particles); }

  template <typename Work>
  void for_each_file(int rank, const Work& work) const {
    for (const Manifest::File& file : files_.files) {
      if (*file.rank == rank) work(file);
    }
  }

 private:
  const DenseFiles& files_;
  int ranks_ = 0;
};

bool overlap(IdRange a, IdRange b) { return std::max(a.first, b.first) < std::min(a.last, b.last); }

bool all_found(std::span<const Wanted> wanted) { return std::ranges::all_of(wanted, &Wanted::found); }

void check_particles(const RankFile& file, IdRange held) {
  const auto numbers = file.integers("particles");
  if (numbers.size() != 2 || numbers[0] != held.first || numbers[1] != held.last) file.reject("particles");
}

/// Positions and velocities, and the iteration that they belong to.
void copy_particles(const RankFile& file, IdRange held, const SwarmState& state, DenseSwarm& swarm) {
  check_particles(file, held);
  const auto rows_of = [&](auto row) {
    return [&swarm, row](int id) {
      return swarm.owned().contains(id) ? std::vector{row(id)} : std::vector<std::span<float>>();
    };
  };
  copy_rows(file, "position", held, swarm.length(), rows_of([&](int id) { return swarm.position(id); }));
  copy_rows(file, "velocity", held, swarm.length(), rows_of([&](int id) { return swarm.velocity(id); }));
  swarm.stand_at(state.iteration);
  if (!file.has("iteration")) return;  // format 2
  const auto iteration = file.integers("iteration");
  const bool fits = iteration.size() == 1 && (iteration[0] == state.iteration || iteration[0] == state.iteration + 1);
  if (!fits) file.reject("iteration");
  swarm.stand_at(static_cast<int>(iteration[0]));
}

/// What `swarm` has to know of the past. Makes the places in its window.
std::vector<Wanted> wanted_by(DenseSwarm& swarm, const SwarmState& state) {
  std::vector<Wanted> wanted;
  const IdRange owned = swarm.owned();
  for (int id = owned.first; id < owned.last; ++id) {
    wanted.push_back({{id, state.particles[static_cast<std::size_t>(id)].best_iteration}, swarm.best_position(id)});
  }
  swarm.window().clear();
  for (const swarm::Incumbent& extreme : state.worst_by_iteration) {
    if (!std::isfinite(extreme.utility) || !owned.contains(extreme.particle)) continue;
    swarm.window().push_back({swarm::origin_of(extreme), std::vector<float>(swarm.length())});
  }
  for (auto& remembered : swarm.window()) wanted.push_back({remembered.origin, remembered.weights});
  const auto common = [&](DenseSwarm::Common& place, const swarm::Incumbent& extreme) {
    place.origin = swarm::origin_of(extreme);
    if (owned.contains(extreme.particle)) wanted.push_back({place.origin, place.weights});
  };
  common(swarm.global_best(), state.global_best);
  common(swarm.global_worst(), state.global_worst);
  return wanted;
}

void offer_all(const RankFile& file, const Manifest::File& entry, IdRange held, const SwarmState& state,
               std::span<Wanted> wanted) {
  if (all_found(wanted)) return;
  if (entry.kind == "reached") offer_list(file, "reached", wanted);
  if (entry.kind == "dense" && file.has("best_position")) offer_format_2(file, held, state, wanted);
}

void expect_found(const DenseFiles& files, std::span<const Wanted> wanted) {
  const auto missing = std::ranges::find(wanted, false, &Wanted::found);
  if (missing == wanted.end()) return;
  fail(ExitCode::input, "checkpoint {} does not hold the position of particle {} in iteration {}. Use another one.",
       files.folder.string(), missing->origin.particle, missing->origin.iteration);
}

/// The first rank's files, for what the others do not have: format 2 keeps g and g_w there.
void look_into_first(const DenseFiles& files, const SwarmState& state, std::span<Wanted> wanted) {
  const Holders holders(files);
  if (all_found(wanted)) return;
  holders.for_each_file(0, [&](const Manifest::File& entry) {
    offer_all(RankFile(files, entry), entry, holders.held_by(0), state, wanted);
  });
}

}  // namespace

void read_dense(const DenseFiles& files, const SwarmState& state, DenseSwarm& swarm) {
  const Holders holders(files);
  auto wanted = wanted_by(swarm, state);
  for (int rank = 0; rank < holders.ranks(); ++rank) {
    const IdRange held = holders.held_by(rank);
    if (!overlap(held, swarm.owned())) continue;
    holders.for_each_file(rank, [&](const Manifest::File& entry) {
      const RankFile file(files, entry);
      if (entry.kind == "dense") copy_particles(file, held, state, swarm);
      offer_all(file, entry, held, state, wanted);
    });
  }
  look_into_first(files, state, wanted);
  expect_found(files, wanted);
}

std::vector<float> read_reached(const DenseFiles& files, const SwarmState& state, Origin origin, std::size_t length) {
  const Holders holders(files);
  std::vector<float> weights(length);
  std::vector<Wanted> wanted{{origin, weights}};
  const int rank = swarm::owner_of(origin.particle, holders.ranks(), files.particles);
  holders.for_each_file(rank, [&](const Manifest::File& entry) {
    offer_all(RankFile(files, entry), entry, holders.held_by(rank), state, wanted);
  });
  look_into_first(files, state, wanted);
  expect_found(files, wanted);
  return weights;
}

}  // namespace shoal::checkpoint
