#include "io/dense_file.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/small_disk.hpp"
#include "support/temp_folder.hpp"

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;
using shoal::testing::SmallDisk;
using shoal::testing::TempFolder;
using swarm::DenseSwarm;

namespace {

constexpr int particles = 7;
constexpr std::size_t length = 300;

void fill(std::span<float> row, float value) {
  for (std::size_t k = 0; k < row.size(); ++k) row[k] = value + static_cast<float>(k) / 1024.0F;
}

/// A rank's part of a swarm whose numbers tell what they are.
DenseSwarm part_of(int rank, int ranks) {
  DenseSwarm swarm(swarm::owned_by(rank, ranks, particles), length);
  for (int id = swarm.owned().first; id < swarm.owned().last; ++id) {
    fill(swarm.position(id), static_cast<float>(id));
    fill(swarm.velocity(id), static_cast<float>(10 + id));
    fill(swarm.best_position(id), static_cast<float>(20 + id));
    swarm.window().push_back({{id, 3}, std::vector<float>(length, static_cast<float>(30 + id))});
  }
  swarm.global_best() = {{4, 2}, std::vector<float>(length, 40.0F)};
  swarm.global_worst() = {{1, 3}, std::vector<float>(length, 50.0F)};
  return swarm;
}

std::vector<io::Manifest::File> write_all(const std::filesystem::path& folder, int ranks) {
  std::vector<io::Manifest::File> files;
  for (int rank = 0; rank < ranks; ++rank) {
    const auto common = rank == 0 ? io::CommonVectors::included : io::CommonVectors::left_out;
    files.push_back(io::write_dense_file(folder, rank, part_of(rank, ranks), common));
  }
  return files;
}

bool same_particles(const DenseSwarm& a, const DenseSwarm& b) {
  return std::ranges::equal(a.positions(), b.positions()) && std::ranges::equal(a.velocities(), b.velocities()) &&
         std::ranges::equal(a.best_positions(), b.best_positions());
}

}  // namespace

TEST_CASE("particles written by any number of ranks are read by any other number", "[dense_file]") {
  for (const int writers : {1, 2, 3, 9}) {
    const TempFolder folder;
    const auto files = write_all(folder.path(), writers);
    for (const int readers : {1, 2, 4, 8}) {
      for (int rank = 0; rank < readers; ++rank) {
        CAPTURE(writers, readers, rank);
        const DenseSwarm expected = part_of(rank, readers);
        DenseSwarm swarm(swarm::owned_by(rank, readers, particles), length);
        io::read_dense_files(folder.path(), files, particles, swarm, io::CommonVectors::included);
        CHECK(same_particles(swarm, expected));
        CHECK(swarm.window().size() == static_cast<std::size_t>(swarm.owned().size()));
        for (const auto& remembered : swarm.window()) {
          CHECK(swarm.owned().contains(remembered.origin.particle));
          CHECK(remembered.weights[0] == static_cast<float>(30 + remembered.origin.particle));
        }
        CHECK(swarm.global_best().origin == swarm::Origin{4, 2});
        CHECK(swarm.global_worst().weights == expected.global_worst().weights);
      }
    }
  }
}

TEST_CASE("a rank reads only the files that hold what it needs", "[dense_file]") {
  const TempFolder folder;
  const auto files = write_all(folder.path(), 2);
  std::filesystem::remove(folder / "rank-0000.h5");
  DenseSwarm last({6, 7}, length);
  io::read_dense_files(folder.path(), files, particles, last, io::CommonVectors::left_out);
  CHECK(last.position(6)[0] == 6.0F);
  DenseSwarm first({0, 1}, length);
  CHECK_THAT(
      error_of([&] { io::read_dense_files(folder.path(), files, particles, first, io::CommonVectors::left_out); }),
      Contains("rank-0000.h5"));
}

TEST_CASE("damaged bytes and vectors of another length are refused by the file's name", "[dense_file]") {
  const TempFolder folder;
  auto files = write_all(folder.path(), 2);
  DenseSwarm longer({0, 2}, length + 1);
  CHECK_THAT(
      error_of([&] { io::read_dense_files(folder.path(), files, particles, longer, io::CommonVectors::left_out); }),
      Contains("rank-0000.h5 is damaged (its dataset position does not fit the search)"));
  std::swap(files[0], files[1]);
  DenseSwarm swarm({0, 2}, length);
  CHECK_THAT(
      error_of([&] { io::read_dense_files(folder.path(), files, particles, swarm, io::CommonVectors::left_out); }),
      Contains("does not fit the search"));
  std::swap(files[0], files[1]);
  std::string bytes = read_text(folder / "rank-0000.h5");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_durably(folder / "rank-0000.h5", bytes);
  CHECK_THAT(
      error_of([&] { io::read_dense_files(folder.path(), files, particles, swarm, io::CommonVectors::left_out); }),
      Contains("its content is not what the manifest says"));
}

TEST_CASE("a full disk is one sentence", "[dense_file]") {
  const SmallDisk disk("16k");
  if (!disk.mounted()) {
    WARN("skipped: no right to mount");
    return;
  }
  CHECK_THAT(error_of([&] { io::write_dense_file(disk.path(), 0, part_of(0, 1), io::CommonVectors::included); }),
             Contains("No space left on device"));
}
