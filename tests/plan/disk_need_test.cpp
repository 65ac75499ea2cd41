#include "plan/disk_need.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.hpp"
#include "support/error_of.hpp"
#include "support/small_disk.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"

namespace disk_need_test {

using namespace shoal;
using namespace shoal::evaluation;
using namespace shoal::plan;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::error_of;

namespace {

namespace fs = std::filesystem;

config::RunConfig example_config(const fs::path& run_dir) {
  const fs::path experts = shoal::testing::data_folder() / "tiny/experts";
  config::RunConfig config;
  config.experts = {experts / "expert0", experts / "expert1"};
  config.swarm.particles = 10;
  config.swarm.max_iteration = 20;
  config.output.run_dir = run_dir;
  return config;
}

Workload workload_of(std::size_t items) {
  Workload workload;
  workload.items.resize(items);
  return workload;
}

}  // namespace

TEST_CASE("the need grows with particles, iterations, examples, generations kept, and the export of summed ranks") {
  const Workload workload = workload_of(100);
  const config::RunConfig config = example_config("run");
  const double need = disk_need(config, workload);
  CHECK(disk_need(config, workload_of(200)) > need);
  for (const auto change :
       {+[](config::RunConfig& c) { c.swarm.particles = 20; },
        +[](config::RunConfig& c) { c.swarm.max_iteration = 40; }, +[](config::RunConfig& c) { c.output.keep = 6; },
        +[](config::RunConfig& c) { c.merge_space = weights::MergeSpace::delta; }}) {
    config::RunConfig changed = config;
    change(changed);
    CHECK(disk_need(changed, workload) > need);
  }
}

TEST_CASE("the scores of every evaluation count twice, in float32") {
  config::RunConfig config = example_config("run");
  config.swarm.max_iteration = 0;
  const double one = disk_need(config, workload_of(1000));
  config.swarm.max_iteration = 1;
  const double two = disk_need(config, workload_of(1000));
  CHECK(two - one > 2.0 * 4.0 * 10 * 1000);
  CHECK(two - one < 2.0 * 2.0 * 4.0 * 10 * 1000);
}

TEST_CASE("a disk with less than the need is refused, naming both and what to change") {
  const testing::SmallDisk disk("128k");
  if (!disk.mounted()) {
    WARN("skipped: mounting a small disk needs root");
    return;
  }
  const std::string error = error_of([&] { check_disk_space(example_config(disk.path() / "run"), workload_of(5000)); });
  CHECK_THAT(error, StartsWith("4: run folder ") && Contains("0.1 MiB free") && Contains("output.keep"));
}

TEST_CASE("what an earlier part of the run has written is not needed again") {
  const testing::SmallDisk disk("4m");
  if (!disk.mounted()) {
    WARN("skipped: mounting a small disk needs root");
    return;
  }
  const config::RunConfig config = example_config(disk.path() / "run");
  const Workload workload = workload_of(500);
  CHECK_NOTHROW(check_disk_space(config, workload));
  fs::create_directories(config.output.run_dir / "checkpoints");
  std::ofstream(config.output.run_dir / "checkpoints/state.h5") << std::string(3 << 20, 'x');
  CHECK_NOTHROW(check_disk_space(config, workload));
  fs::rename(config.output.run_dir, disk.path() / "other");
  CHECK_THAT(error_of([&] { check_disk_space(config, workload); }), StartsWith("4: "));
}

}  // namespace disk_need_test
