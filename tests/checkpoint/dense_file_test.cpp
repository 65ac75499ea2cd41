#include "checkpoint/dense_file.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "checkpoint/dense_parts.hpp"
#include "checkpoint/hdf5/image.hpp"
#include "support/error_of.hpp"
#include "support/small_disk.hpp"
#include "support/temp_folder.hpp"

namespace dense_file_test {

using namespace shoal;
using namespace shoal::testing;
using Catch::Matchers::Contains;

TEST_CASE("a rank writes where its particles are, and apart from that what they have reached", "[dense_file]") {
  const TempFolder folder;
  const swarm::DenseSwarm swarm = part_of(1, 2);
  const checkpoint::DenseImage image(1, 3, swarm, swarm.reached(dense_state()));
  const auto files = image.write(folder.path());
  REQUIRE(files.size() == 2);
  CHECK(files[0].name == "rank-0001.h5");
  CHECK(files[0].kind == "dense");
  CHECK(files[1].name == "reached-0001-000003.h5");
  CHECK(files[1].kind == "reached");
  for (const auto& file : files) {
    CHECK(file.rank == 1);
    CHECK_NOTHROW(checkpoint::read_checked(folder.path(), file));
  }
}

TEST_CASE("a position with several roles is written once", "[dense_file]") {
  const TempFolder folder;
  const swarm::DenseSwarm swarm = part_of(0, 1);
  const checkpoint::DenseImage image(0, 3, swarm, swarm.reached(dense_state()));
  const auto files = image.write(folder.path());
  const checkpoint::Hdf5Reader reader(read_text(folder / files[1].name), "reached");
  // Seven personal bests, one of them also g; the two of the window, one of them also g_w.
  CHECK(reader.shape("reached_numbers") == std::vector<std::uint64_t>{dense_particles + 2, 2});
}

TEST_CASE("nothing reached anew makes no file for it", "[dense_file]") {
  const TempFolder folder;
  const swarm::DenseSwarm swarm = part_of(0, 1);
  CHECK(checkpoint::DenseImage(0, 3, swarm, {}).write(folder.path()).size() == 1);
}

TEST_CASE("the numbers are those that a swarm has when it is written, not when the files were laid out",
          "[dense_file]") {
  const TempFolder folder;
  swarm::DenseSwarm swarm = part_of(0, 1);
  const checkpoint::DenseImage image(0, 3, swarm, {});
  swarm.position(2)[5] = 77.0F;
  const auto files = image.write(folder.path());
  const checkpoint::Hdf5Reader reader(checkpoint::read_checked(folder.path(), files[0]), "rank");
  CHECK(reader.floats("position")[2 * dense_length + 5] == 77.0F);
}

TEST_CASE("a full disk is one sentence", "[dense_file]") {
  const SmallDisk disk("16k");
  if (!disk.mounted()) {
    WARN("skipped: no right to mount");
    return;
  }
  CHECK_THAT(error_of([&] { write_parts(disk.path(), 1); }), Contains("No space left on device"));
}

}  // namespace dense_file_test
