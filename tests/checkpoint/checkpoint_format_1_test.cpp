// A run folder that the first version of the checkpoint format left is readable for ever.
// tests/data/checkpoint-format-1 was written by that version; history.jsonl beside it says what the state must be.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/checkpoint_manifest.hpp"
#include "support/source_folder.hpp"
#include "support/temp_folder.hpp"

namespace checkpoint_format_1_test {

using namespace shoal;
using Json = nlohmann::json;

namespace {

namespace fs = std::filesystem;

fs::path golden() { return shoal::testing::data_folder() / "checkpoint-format-1"; }

checkpoint::CheckpointStore store(const fs::path& run_dir) {
  const auto manifest = checkpoint::read_manifest(golden() / "checkpoints/000004/manifest.json");
  return {run_dir, manifest.config_hash, 2, [](const std::string& text) { FAIL(text); }};
}

Json last_line() {
  std::istringstream lines(read_text(golden() / "history.jsonl"));
  std::string last;
  for (std::string line; std::getline(lines, line);) last = line;
  return Json::parse(last);
}

}  // namespace

TEST_CASE("a checkpoint of format 1 gives the swarm that its history describes") {
  CHECK(Json::parse(read_text(golden() / "checkpoints/000004/manifest.json"))["format"] == 1);
  const auto checkpoint = store(golden()).newest_valid();
  REQUIRE(checkpoint);
  const swarm::SwarmState& state = checkpoint->state;
  const Json line = last_line();
  CHECK(state.iteration == 4);
  CHECK(state.seed == 11);
  CHECK(checkpoint->search_seconds == 0.327056224);
  REQUIRE(state.particles.size() == 4);
  for (std::size_t i = 0; i < state.particles.size(); ++i) {
    const swarm::Particle& particle = state.particles[i];
    CHECK(Json(particle.position) == line["particles"][i]["position"]);
    CHECK(Json(particle.velocity) == line["particles"][i]["velocity"]);
    CHECK(Json(particle.best_utility) == line["particles"][i]["best_utility"]);
    CHECK(Json(particle.best_iteration) == line["particles"][i]["best_iteration"]);
    CHECK(particle.best.scores.size() == 6);
  }
  CHECK(Json(state.global_best.utility) == line["global_best"]["utility"]);
  CHECK(Json(state.global_worst.particle) == line["global_worst"]["particle"]);
}

TEST_CASE("a search that goes on from format 1 writes this version's and keeps the old one readable") {
  const testing::TempFolder folder;
  fs::copy(golden() / "checkpoints", folder / "checkpoints", fs::copy_options::recursive);
  auto checkpoint = store(folder.path()).newest_valid();
  REQUIRE(checkpoint);
  checkpoint->state.iteration = 5;
  store(folder.path()).write(*checkpoint);
  const auto generations = checkpoint::inspect_checkpoints(folder.path());
  REQUIRE(generations.size() == 2);
  for (const checkpoint::Generation& generation : generations) CHECK(generation.problem.empty());
  CHECK(Json::parse(read_text(folder / "checkpoints/000005/manifest.json"))["format"] == 3);
}

}  // namespace checkpoint_format_1_test
