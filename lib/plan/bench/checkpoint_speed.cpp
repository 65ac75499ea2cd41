#include "plan/bench/checkpoint_speed.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/handle.hpp"
#include "checkpoint/checkpoint.hpp"
#include "checkpoint/dense_file.hpp"
#include "plan/bench/ceilings.hpp"

namespace shoal::plan {
namespace {

namespace fs = std::filesystem;

constexpr int particles = 10;

/// A folder that goes with everything in it.
class PassingFolder {
 public:
  explicit PassingFolder(const fs::path& parent) : path_(parent / fmt::format(".shoal-bench-{}", ::getpid())) {
    make_folders(path_);
  }
  PassingFolder(const PassingFolder&) = delete;
  PassingFolder& operator=(const PassingFolder&) = delete;
  ~PassingFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

swarm::DenseSwarm filled_swarm(std::size_t length) {
  swarm::DenseSwarm swarm({0, particles}, length);
  for (int id = 0; id < particles; ++id) {
    for (auto row : {swarm.position(id), swarm.velocity(id), swarm.best_position(id)}) {
      for (std::size_t k = 0; k < length; ++k) row[k] = static_cast<float>(k % 1021) / 1021.0F;
    }
  }
  // g and g_w are of iterations that no personal best is of: they are written too.
  swarm.global_best().origin = {0, 1};
  swarm.global_worst().origin = {0, 2};
  return swarm;
}

swarm::SwarmState state_after(int iteration) {
  swarm::SwarmState state;
  state.iteration = iteration;
  state.particles.resize(particles);
  return state;
}

/// Nothing of what was written or removed before is left for the disk to do.
void settle(const fs::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file) ::syncfs(file.value());
}

double checkpoint_seconds(const checkpoint::CheckpointStore& store, const swarm::DenseSwarm& swarm, int iteration) {
  const Stopwatch watch;
  const fs::path folder = store.prepare(iteration);
  const swarm::SwarmState state = state_after(iteration);
  const checkpoint::DenseImage image(0, iteration, swarm, swarm.reached(state));
  store.write(checkpoint::image_of(state, 0.0), image.write(folder));
  return watch.seconds();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

CheckpointSpeed measure_dense_checkpoint(const fs::path& folder, std::size_t bytes, int repetitions) {
  constexpr std::size_t vectors = 3 * particles + 2;  // x, v and p of each; g and g_w
  const std::size_t length = bytes / (vectors * sizeof(float));
  const PassingFolder place(folder);
  const checkpoint::CheckpointStore store(place.path(), "bench", 2, [](const std::string&) {});
  const swarm::DenseSwarm swarm = filled_swarm(length);
  const std::string content(length * vectors * sizeof(float), '\x5a');
  std::vector<double> checkpoints, raw;
  const auto write_raw = [&] {
    settle(place.path());
    raw.push_back(write_and_sync_seconds(place.path(), content));
  };
  for (int i = 0; i < repetitions; ++i) {
    // The other way round every second time: disks remember what was written before.
    if (i % 2 == 0) write_raw();
    settle(place.path());
    checkpoints.push_back(checkpoint_seconds(store, swarm, i));
    if (i % 2 != 0) write_raw();
  }
  return {content.size(), median(checkpoints), median(raw)};
}

}  // namespace shoal::plan
