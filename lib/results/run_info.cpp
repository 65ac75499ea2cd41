#include "results/run_info.hpp"

#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "base/host.hpp"
#include "base/json_text.hpp"
#include "checkpoint/hdf5/image.hpp"
#include "comm/versions.hpp"
#include "model/versions.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::ordered_json;

Json environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? Json(nullptr) : Json(value);
}

}  // namespace

std::string version() { return SHOAL_VERSION; }

std::vector<std::pair<std::string, std::string>> build_versions() {
  return {{"shoal", version()},
          {"compiler", "GCC " __VERSION__},
          {"build", SHOAL_BUILD_TYPE},
          {"mpi", comm::mpi_version()},
          {"nccl", comm::nccl_version()},
          {"libtorch", model::libtorch_version()},
          {"hdf5", checkpoint::hdf5_version()}};
}

std::string to_json(const RunInfo& info) {
  Json build = Json::object();
  for (const auto& [component, text] : info.build) build[component] = text;
  Json inputs = Json::array();
  for (const auto& path : info.inputs) inputs.push_back({{"path", path.string()}, {"sha256", sha256_file(path)}});
  const Json json = {{"name", info.name},
                     {"version", version()},
                     {"build", build},
                     {"host", host_name()},
                     {"job_id", environment("SLURM_JOB_ID")},
                     {"job_end_time", environment("SLURM_JOB_END_TIME")},
                     {"git_revision", SHOAL_GIT_REVISION},
                     {"command_line", info.command_line},
                     {"started", timestamp()},
                     {"config", Json::parse(info.config_json)},
                     {"inputs", inputs},
                     {"experts", info.experts},
                     {"ranks", info.ranks},
                     {"threads_per_rank", info.threads_per_rank},
                     {"dtype", info.dtype}};
  // Arguments and paths are bytes: what is not UTF-8 is replaced rather than refused.
  return json_text(json, 2) + "\n";
}

}  // namespace shoal::results
