// A checkpoint of dense positions that the second version of the format left is readable for ever.
// tests/data/checkpoint-format-2 was written by that version, by two ranks, with keep: 2; history.jsonl beside it has
// the norms of every position.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/dense_reader.hpp"
#include "checkpoint/hdf5/image.hpp"
#include "support/source_folder.hpp"

namespace checkpoint_format_2_test {

using namespace shoal;
using Json = nlohmann::json;

namespace {

namespace fs = std::filesystem;

constexpr int iteration = 5;

fs::path golden() { return shoal::testing::data_folder() / "checkpoint-format-2"; }

/// What the checkpoint holds, and the history that led to it.
struct Golden {
  Golden() {
    const auto manifest = checkpoint::read_manifest(golden() / "checkpoints/000005/manifest.json");
    const checkpoint::CheckpointStore store(golden(), manifest.config_hash, 2,
                                            [](const std::string& text) { FAIL(text); });
    state = store.newest_valid().value().state;
    files = {store.folder_of(iteration), store.rank_files(iteration), static_cast<int>(state.particles.size())};
    const checkpoint::Hdf5Reader reader(read_text(store.folder_of(iteration) / "rank-0000.h5"), "rank-0000.h5");
    length = reader.shape("position").at(1);
    std::istringstream lines(read_text(golden() / "history.jsonl"));
    for (std::string line; std::getline(lines, line);) history.push_back(Json::parse(line));
  }

  Json particle(int id, int at) const {
    return history.at(static_cast<std::size_t>(at))["particles"][static_cast<std::size_t>(id)];
  }
  Json norm_of(swarm::Origin origin) const { return particle(origin.particle, origin.iteration)["position_norm"]; }

  swarm::SwarmState state;
  checkpoint::DenseFiles files;
  std::size_t length = 0;
  std::vector<Json> history;
};

}  // namespace

TEST_CASE("a dense checkpoint of format 2 gives any number of ranks the positions that its history describes") {
  const Golden golden;
  const swarm::SwarmState& state = golden.state;
  CHECK(state.iteration == iteration);
  const int particles = golden.files.particles;
  for (const int ranks : {1, 2, 3}) {
    for (int rank = 0; rank < ranks; ++rank) {
      CAPTURE(ranks, rank);
      swarm::DenseSwarm swarm(swarm::owned_by(rank, ranks, particles), golden.length);
      checkpoint::read_dense(golden.files, state, swarm);
      CHECK(swarm.iteration() == iteration);
      for (int id = swarm.owned().first; id < swarm.owned().last; ++id) {
        const Json particle = golden.particle(id, iteration);
        CHECK(Json(swarm::norm(swarm.position(id))) == particle["position_norm"]);
        CHECK(Json(swarm::norm(swarm.velocity(id))) == particle["velocity_norm"]);
        const int reached = state.particles[static_cast<std::size_t>(id)].best_iteration;
        CHECK(Json(swarm::norm(swarm.best_position(id))) == golden.norm_of({id, reached}));
      }
      for (const auto& remembered : swarm.window()) {
        CHECK(Json(swarm::norm(remembered.weights)) == golden.norm_of(remembered.origin));
      }
      for (const auto* common : {&swarm.global_best(), &swarm.global_worst()}) {
        if (!swarm.owned().contains(common->origin.particle)) continue;
        CHECK(Json(swarm::norm(common->weights)) == golden.norm_of(common->origin));
      }
    }
  }
}

TEST_CASE("positions that a checkpoint of format 2 has reached can be read alone") {
  const Golden golden;
  for (const swarm::Incumbent* extreme : {&golden.state.global_best, &golden.state.global_worst}) {
    const swarm::Origin origin = swarm::origin_of(*extreme);
    const auto weights = checkpoint::read_reached(golden.files, golden.state, origin, golden.length);
    CHECK(Json(swarm::norm(weights)) == golden.norm_of(origin));
  }
}

}  // namespace checkpoint_format_2_test
