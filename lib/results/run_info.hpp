#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace shoal::results {

/// Where a result came from: what run.json holds.
struct RunInfo {
  std::string name;
  std::vector<std::pair<std::string, std::string>> build;  ///< component → version
  std::vector<std::string> command_line;
  std::string config_json;  ///< the resolved configuration, as JSON text
  std::vector<std::string> experts;
  std::vector<std::filesystem::path> inputs;  ///< files to identify by SHA-256
  int ranks = 1;
  int threads_per_rank = 1;
  std::string dtype;
};

/// run.json with host, job id, git revision (when the working folder is a checkout), start time and the inputs'
/// SHA-256. Throws Error{input} when an input cannot be read.
std::string to_json(const RunInfo& info);

/// Version of this program, as in `shoal --version`.
std::string version();

/// Versions of Shoal, compiler, MPI, LibTorch, HDF5, NCCL and the build options, in the order they are printed.
std::vector<std::pair<std::string, std::string>> build_versions();

}  // namespace shoal::results
