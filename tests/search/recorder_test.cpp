#include "search/recorder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "comm/serial_communicator.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace recorder_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using search::Recorder;
using search::ResumePolicy;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

constexpr int experts = 2;

/// The folder of a run of two experts and three particles, and what a recorder of it needs.
struct Run {
  Run() {
    config.experts = {"a", "b"};
    config.swarm.particles = 3;
    config.output.run_dir = folder.path();
  }

  Recorder recorder() const { return {comm, config, make_logger(Verbosity::silent)}; }

  /// Iteration 0, in which every particle scores the same.
  swarm::Step first(double utility) const {
    return swarm::begin(swarm::start(config.swarm, experts, 7), config.swarm, experts, 7, evaluations(utility));
  }

  std::vector<swarm::Evaluation> evaluations(double utility) const { return {3, {utility, {utility, utility}, {}}}; }

  /// A recorder's whole work on iteration 0.
  void write_first(double utility) const {
    Recorder one = recorder();
    one.resume(ResumePolicy::automatic);
    const swarm::Step step = first(utility);
    one.record(step.record, {0, 1, 2}, evaluations(utility), 1.5);
    one.checkpoint(step.state, 1.5);
    one.flush();
  }

  std::ptrdiff_t lines(const std::string& name) const {
    const std::string text = read_text(folder / name);
    return std::ranges::count(text, '\n');
  }

  TempFolder folder;
  comm::SerialCommunicator comm;
  config::RunConfig config;
};

}  // namespace

TEST_CASE("a recorded iteration is a line of the history and of the metrics, and can be resumed") {
  const Run run;
  run.write_first(0.25);
  CHECK(run.lines("history.jsonl") == 1);
  CHECK(run.lines("metrics.csv") == 2);
  const auto found = run.recorder().resume(ResumePolicy::require);
  REQUIRE(found);
  CHECK(found->state.iteration == 0);
  CHECK(found->state.global_best.utility == 0.25);
  CHECK(found->search_seconds == 1.5);
}

TEST_CASE("what was recorded after the checkpoint is dropped when the search resumes") {
  const Run run;
  run.write_first(0.25);
  append(run.folder / "history.jsonl", "{\"iteration\": 1}\n{\"iter");
  append(run.folder / "metrics.csv", "1,2\n");
  CHECK(run.recorder().resume(ResumePolicy::automatic));
  CHECK(run.lines("history.jsonl") == 1);
  CHECK(run.lines("metrics.csv") == 2);
}

TEST_CASE("a search that starts anew leaves nothing of an earlier one") {
  const Run run;
  run.write_first(0.25);
  write_durably(run.folder / "result.json", "{}");
  CHECK_FALSE(run.recorder().resume(ResumePolicy::never));
  CHECK_FALSE(std::filesystem::exists(run.folder / "result.json"));
  CHECK_FALSE(std::filesystem::exists(run.folder / "history.jsonl"));
  CHECK_FALSE(run.recorder().resume(ResumePolicy::automatic));
}

TEST_CASE("a checkpoint that must be there and is not is an error of the input") {
  const Run run;
  CHECK_THAT(error_of([&] { run.recorder().resume(ResumePolicy::require); }),
             StartsWith("3: ") && Contains("has no valid checkpoint"));
}

TEST_CASE("a checkpoint of another configuration is refused") {
  Run run;
  run.write_first(0.25);
  run.config.swarm.inertia = 0.123;
  CHECK_THAT(error_of([&] { run.recorder().resume(ResumePolicy::automatic); }),
             StartsWith("2: ") && Contains("another configuration"));
}

}  // namespace recorder_test
