#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::slurm {

/// The options of `shoal submit`.
struct SubmitOptions {
  std::string config;
  std::string run_dir;  ///< instead of output.run_dir; relative to the working folder
  std::vector<std::string> overrides;
  bool dry_run = false;
  int nodes = 1;
  int tasks_per_node = 0;  ///< 0: one per GPU, or one where there are none
  int cpus_per_task = 0;   ///< 0: the site's own, or the whole node
  int gpus_per_node = 0;
  std::string time = "60";
  std::string partition;
  std::string array;               ///< table of a sweep; empty: one search
  int at_once = 0;                 ///< searches of a sweep that may run at the same time; 0: any number
  std::string judge;               ///< shell command of a server beside the search; empty: none
  std::vector<std::string> chain;  ///< test (before the search), report (after it)
  std::string templates;           ///< their folder; empty: found from the program
  std::filesystem::path program;   ///< this program's file
};

/// `shoal submit`: checks the configuration as `shoal validate` does, renders the job scripts into the run folder, asks
/// Slurm whether it would take them, submits them and notes the job ids in job.json. Returns what to print: the jobs,
/// or with `dry_run` the scripts (then nothing is written). Throws what validate throws, and Error{usage} when Slurm is
/// missing or refuses.
std::string submit(const SubmitOptions& options);

}  // namespace shoal::slurm
