#include "checkpoint/dense_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/dense_parts.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace dense_reader_test {

using namespace shoal;
using namespace shoal::testing;
using Catch::Matchers::Contains;
using swarm::DenseSwarm;

namespace {

bool same_particles(const DenseSwarm& a, const DenseSwarm& b) {
  return std::ranges::equal(a.positions(), b.positions()) && std::ranges::equal(a.velocities(), b.velocities()) &&
         std::ranges::equal(a.best_positions(), b.best_positions());
}

bool same_window(const DenseSwarm& a, const DenseSwarm& b) {
  return std::ranges::equal(a.window(), b.window(), [](const auto& one, const auto& other) {
    return one.origin == other.origin && one.weights == other.weights;
  });
}

bool same_where_owned(const DenseSwarm::Common& a, const DenseSwarm::Common& b, swarm::IdRange owned) {
  return a.origin == b.origin && (!owned.contains(a.origin.particle) || a.weights == b.weights);
}

/// A swarm that `owned` belongs to, read.
DenseSwarm read(const checkpoint::DenseFiles& files, swarm::IdRange owned, std::size_t length = dense_length) {
  DenseSwarm swarm(owned, length);
  checkpoint::read_dense(files, dense_state(), swarm);
  return swarm;
}

}  // namespace

TEST_CASE("particles written by any number of ranks are read by any other number", "[dense_reader]") {
  for (const int writers : {1, 2, 3, 9}) {
    const TempFolder folder;
    const auto files = write_parts(folder.path(), writers);
    for (const int readers : {1, 2, 4, 8}) {
      for (int rank = 0; rank < readers; ++rank) {
        CAPTURE(writers, readers, rank);
        const DenseSwarm expected = part_of(rank, readers);
        const DenseSwarm swarm = read(files, expected.owned());
        CHECK(same_particles(swarm, expected));
        CHECK(same_window(swarm, expected));
        CHECK(same_where_owned(swarm.global_best(), expected.global_best(), swarm.owned()));
        CHECK(same_where_owned(swarm.global_worst(), expected.global_worst(), swarm.owned()));
        if (swarm.owned().size() > 0) CHECK(swarm.iteration() == 4);
      }
    }
  }
}

TEST_CASE("every reached position can be read alone", "[dense_reader]") {
  const TempFolder folder;
  const auto files = write_parts(folder.path(), 2);
  const std::vector<swarm::Origin> origins{{0, 0}, {4, 1}, {6, 0}, {1, 2}, {5, 3}};
  for (const swarm::Origin& origin : origins) {
    const auto weights = checkpoint::read_reached(files, dense_state(), origin, dense_length);
    CHECK(weights[0] == number_of(origin));
  }
  CHECK_THAT(error_of([&] {
               checkpoint::read_reached(files, dense_state(), {4, 0}, dense_length);
             }),
             Contains("does not hold the position of particle 4 in iteration 0"));
}

TEST_CASE("a rank reads only the files that hold what it needs", "[dense_reader]") {
  const TempFolder folder;
  const auto files = write_parts(folder.path(), 2);
  std::filesystem::remove(folder / "rank-0000.h5");
  std::filesystem::remove(folder / "reached-0000-000003.h5");
  CHECK(read(files, {6, 7}).position(6)[0] == 6.0F);
  CHECK_THAT(error_of([&] { read(files, {0, 1}); }), Contains("rank-0000.h5"));
}

TEST_CASE("damaged bytes and vectors of another length are refused by the file's name", "[dense_reader]") {
  const TempFolder folder;
  auto files = write_parts(folder.path(), 2);
  CHECK_THAT(error_of([&] {
               read(files, {0, 2}, dense_length + 1);
             }),
             Contains("rank-0000.h5 is damaged (its dataset position does not fit the search)"));
  auto swapped = files;
  for (auto& file : swapped.files) file.rank = 1 - *file.rank;
  CHECK_THAT(error_of([&] { read(swapped, {0, 2}); }), Contains("does not fit the search"));
  for (const char* name : {"rank-0000.h5", "reached-0000-000003.h5"}) {
    const std::string bytes = read_text(folder / name);
    std::string changed = bytes;
    changed[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_durably(folder / name, changed);
    CHECK_THAT(error_of([&] { read(files, {0, 2}); }), Contains(name) && Contains("not what the manifest says"));
    write_durably(folder / name, bytes);
  }
}

TEST_CASE("positions of another iteration than the state's or the next one are refused", "[dense_reader]") {
  const TempFolder folder;
  const auto files = write_parts(folder.path(), 1);
  swarm::SwarmState state = dense_state();
  state.iteration = 5;
  DenseSwarm swarm({0, 2}, dense_length);
  CHECK_THAT(error_of([&] { checkpoint::read_dense(files, state, swarm); }),
             Contains("its dataset iteration does not fit the search"));
}

}  // namespace dense_reader_test
