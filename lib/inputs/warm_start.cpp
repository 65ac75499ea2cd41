#include "inputs/warm_start.hpp"

#include "base/error.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/state_image.hpp"
#include "comm/agree.hpp"
#include "results/seed_folders.hpp"

namespace shoal::inputs {
namespace {

namespace fs = std::filesystem;

void check_coefficients(const config::RunConfig& config, const config::RunConfig& other) {
  const std::string folder = config.warm_start->string();
  const auto refuse = [&](const char* why) {
    fail(ExitCode::usage, "swarm.warm_start cannot begin with {} ({}). Name another run folder.", folder, why);
  };
  if (other.experts != config.experts) refuse("its experts are others, or in another order");
  if (other.swarm.blocks != config.swarm.blocks) refuse("its number of blocks is another");
  if (other.swarm.positions == swarm::Positions::dense) refuse("its positions are dense");
  if (other.swarm.positions != config.swarm.positions) refuse("its positions are of another kind");
}

}  // namespace

swarm::SwarmState warm_start_source(const config::RunConfig& config) {
  const fs::path& run_dir = *config.warm_start;
  const fs::path file = run_dir / "config.yaml";
  if (!fs::exists(file)) {
    fail(ExitCode::input, "swarm.warm_start names {}, which is not a run folder (it has no config.yaml). Check it.",
         run_dir.string());
  }
  results::expect_one_search(run_dir);
  const config::RunConfig other = config::parse_run_config(config::read_config_text(file), file, {});
  check_coefficients(config, other);
  const checkpoint::CheckpointStore store(run_dir, config::trajectory_hash(other), other.output.keep,
                                          [](const std::string&) {});
  auto checkpoint = store.newest_valid();
  if (!checkpoint) {
    fail(ExitCode::input, "swarm.warm_start names {}, which has no valid checkpoint. Run that search first.",
         run_dir.string());
  }
  return std::move(checkpoint->state);
}

std::vector<swarm::WarmPosition> warm_start(const comm::Communicator& comm, const config::RunConfig& config) {
  if (!config.warm_start) return {};
  std::string image;
  comm::agree(comm, [&] {
    if (comm.rank() == 0) image = checkpoint::encode(warm_start_source(config));
  });
  return swarm::warm_positions(checkpoint::decode(comm.broadcast(image), "the warm start from rank 0"));
}

}  // namespace shoal::inputs
