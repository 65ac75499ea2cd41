#include "plan/disk_need.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "inputs/inputs.hpp"
#include "plan/memory_need.hpp"

namespace shoal::plan {
namespace {

namespace fs = std::filesystem;

constexpr double mib = 1024.0 * 1024.0;

/// What an optimiser remembers: of CMA-ES its covariance and three vectors, of the surrogate every evaluated position.
double memory_bytes(const config::RunConfig& config) {
  const double coefficients = static_cast<double>(config.experts.size()) * config.swarm.blocks;
  if (config.swarm.optimiser == swarm::Optimiser::cma_es) return 8.0 * coefficients * (coefficients + 3.0);
  if (config.swarm.optimiser != swarm::Optimiser::surrogate) return 0.0;
  return 8.0 * config.swarm.particles * (config.swarm.max_iteration + 1.0) * (coefficients + 1.0);
}

/// state.h5: positions, velocities and bests of all particles [N, n]; scores [m] of their bests, of g and g_w and of
/// the lowest of each iteration in the window, in float64. Dense positions: their weight vectors beside it.
double checkpoint_bytes(const config::RunConfig& config, double items) {
  const auto particles = static_cast<double>(config.swarm.particles);
  const auto experts = static_cast<double>(config.experts.size());
  const double extremes = 2.0 + config.swarm.worst_window;
  const bool dense = config.swarm.positions == swarm::Positions::dense;
  const double vectors = dense ? (3.0 * particles + extremes) * dense_vector_bytes(config) : 0.0;
  constexpr double headers = 16384.0;  // bytes: of HDF5, manifest and folder
  return 8.0 * (particles * (3.0 * experts + items) + extremes * (experts + items)) + vectors + headers +
         memory_bytes(config);
}

/// history.jsonl: a line per iteration with position and velocity in 17 digits; the report repeats about as much.
double text_bytes(const config::RunConfig& config, double iterations) {
  const auto particles = static_cast<double>(config.swarm.particles);
  const auto experts = static_cast<double>(config.experts.size());
  return 2.0 * iterations * particles * (48.0 * experts + 400.0);
}

/// best/: an expert of summed ranks has the size of all of them; of a token swarm only weights are written.
double exported_bytes(const config::RunConfig& config) {
  if (inputs::is_token_swarm(config)) return 0.0;
  return expert_bytes(config) /
         (config.merge_space == weights::MergeSpace::delta ? 1.0 : static_cast<double>(config.experts.size()));
}

double bytes_in(const fs::path& folder) {
  double bytes = 0.0;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const auto size = entry.is_regular_file(error) ? entry.file_size(error) : 0;
    if (!error) bytes += static_cast<double>(size);
  }
  return bytes;
}

}  // namespace

double disk_need(const config::RunConfig& config, const evaluation::Workload& workload) {
  const auto items = static_cast<double>(workload.items.size());
  const double iterations = config.swarm.max_iteration + 1.0;
  const double scores = 4.0 * items * config.swarm.particles * iterations;
  const double exported = exported_bytes(config);
  const double one = checkpoint_bytes(config, items) * (config.output.keep + 1.0) + 2.0 * scores +
                     text_bytes(config, iterations) + exported;
  return one * std::max(1.0, static_cast<double>(config.seeds.size()));
}

double check_disk_space(const config::RunConfig& config, const evaluation::Workload& workload) {
  const fs::path& folder = config.output.run_dir;
  const double needed = disk_need(config, workload) - bytes_in(folder);
  const auto available = static_cast<double>(free_bytes(folder));
  if (needed <= available) return available;
  fail(ExitCode::resource,
       "run folder {} still needs up to {:.1f} MiB and its file system has {:.1f} MiB free. Free space, lower "
       "output.keep "
       "or swarm.max_iteration, or choose another output.run_dir.",
       folder.string(), needed / mib, available / mib);
}

}  // namespace shoal::plan
