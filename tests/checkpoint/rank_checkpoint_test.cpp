#include "checkpoint/rank_checkpoint.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "base/error.hpp"
#include "checkpoint/dense_parts.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace rank_checkpoint_test {

using namespace shoal;
using namespace shoal::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

std::vector<std::string> names_of(const std::vector<checkpoint::Manifest::File>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("rank 0 returns the files of all ranks, whose threads write at the same time") {
  const TempFolder folder;
  const swarm::DenseSwarm swarms[] = {part_of(0, 2), part_of(1, 2)};
  checkpoint::RankCheckpoint first(0, 2, 3), second(1, 2, 3);
  first.lay_out(folder.path(), dense_state(), swarms[0]);
  second.lay_out(folder.path(), dense_state(), swarms[1]);
  auto all = std::async(std::launch::async, [&] { return first.write(); });
  std::this_thread::sleep_for(10ms);
  second.write();
  CHECK(names_of(all.get()) ==
        Names{"rank-0000.h5", "reached-0000-000003.h5", "rank-0001.h5", "reached-0001-000003.h5"});
}

TEST_CASE("the next checkpoint links what has been reached before and writes the rest") {
  const TempFolder run;
  const auto folder = [&](const char* name) {
    std::filesystem::create_directory(run / name);
    return run / name;
  };
  swarm::DenseSwarm swarm = part_of(0, 1);
  swarm::SwarmState state = dense_state();
  checkpoint::RankCheckpoint files(0, 1, 3);
  files.lay_out(folder("000003"), state, swarm);
  files.write();
  const auto all = files.bytes();
  files.published(run / "000003");
  state.iteration = 4;
  state.particles[2].best_iteration = 4;
  fill(swarm.best_position(2), number_of({2, 4}));
  files.lay_out(folder("000004"), state, swarm);
  const auto written = files.write();
  CHECK(names_of(written) == Names{"rank-0000.h5", "reached-0000-000004.h5", "reached-0000-000003.h5"});
  CHECK(files.bytes() < all * 3 / 4);
  swarm::DenseSwarm read({0, dense_particles}, dense_length);
  checkpoint::read_dense({run / "000004", written, dense_particles}, state, read);
  CHECK(std::ranges::equal(read.best_positions(), swarm.best_positions()));
}

TEST_CASE("rank 0 does not wait for ever for a rank that cannot write") {
  const TempFolder folder;
  const swarm::DenseSwarm swarm = part_of(0, 2);
  checkpoint::RankCheckpoint first(0, 2, 3);
  first.lay_out(folder.path(), dense_state(), swarm);
  auto error = std::async(std::launch::async, [&] { return error_of([&] { first.write(); }); });
  first.give_up(5ms);
  CHECK_THAT(error.get(), Contains("rank 1 has not written its part"));
}

}  // namespace rank_checkpoint_test
