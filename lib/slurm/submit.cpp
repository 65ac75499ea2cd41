#include "slurm/submit.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/program.hpp"
#include "comm/serial_communicator.hpp"
#include "inputs/inputs.hpp"
#include "inputs/resolve.hpp"
#include "plan/validate.hpp"
#include "results/job_record.hpp"
#include "slurm/job_plan.hpp"

namespace shoal::slurm {
namespace {

namespace fs = std::filesystem;

config::RunConfig resolved(const SubmitOptions& options, const std::vector<std::string>& more = {}) {
  inputs::ConfigSource source{options.config, options.overrides, options.run_dir};
  source.overrides.insert(source.overrides.end(), more.begin(), more.end());
  return inputs::resolve(comm::SerialCommunicator(), source);
}

/// What `shoal validate` checks; for the rows of a sweep the part of it that needs no weights and no prompts.
void check(const SubmitOptions& options, const config::RunConfig& config, const SweepTable& sweep) {
  std::vector<std::string> overrides = options.overrides;
  overrides.push_back("output.run_dir=" + config.output.run_dir.string());
  plan::validate(comm::SerialCommunicator(), options.config, overrides, false);
  for (std::size_t row = 0; row < sweep.rows.size(); ++row) {
    try {
      inputs::check_inputs(resolved(options, sweep.overrides(row)));
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{}, row {}: {}", options.array, row + 1, error.what()));
    }
  }
}

std::string one_line(const ProgramResult& result) {
  std::string text = result.errors.empty() ? result.output : result.errors;
  while (text.ends_with('\n') || text.ends_with('.')) text.pop_back();
  for (char& c : text) c = c == '\n' ? ';' : c;
  return text.empty() ? fmt::format("exit code {}", result.exit_code) : text;
}

/// sbatch with the options that every call shares; the script's own paths are relative to the run folder.
ProgramResult sbatch(const fs::path& run_dir, const std::string& file, std::vector<std::string> options) {
  options.insert(options.begin(), "sbatch");
  options.push_back("--chdir=" + run_dir.string());
  options.push_back((run_dir / file).string());
  return run_program(options);
}

void ask_slurm(const fs::path& run_dir, const PlannedJob& job) {
  const ProgramResult result = sbatch(run_dir, job.file(), {"--test-only"});
  if (result.exit_code == 0) return;
  fail(ExitCode::usage, "Slurm would not take the {} job ({}). Check --partition, --nodes, --gpus-per-node and --time.",
       job.role, one_line(result));
}

/// --parsable prints "ID" or "ID;CLUSTER".
std::string hand_in(const fs::path& run_dir, const PlannedJob& job, const std::string& previous) {
  std::vector<std::string> options{"--parsable"};
  if (!job.dependency.empty()) {
    options.push_back(fmt::format("--dependency={}:{}", job.dependency, previous));
    options.emplace_back("--kill-on-invalid-dep=yes");
  }
  const ProgramResult result = sbatch(run_dir, job.file(), options);
  const std::string id = result.output.substr(0, result.output.find_first_of(";\n"));
  if (result.exit_code == 0 && !id.empty() && id.find_first_not_of("0123456789") == id.npos) return id;
  fail(ExitCode::usage, "Slurm did not take the {} job ({}).{}", job.role, one_line(result),
       previous.empty() ? "" : fmt::format(" The job before it is {}: scancel it, or leave it.", previous));
}

void write_scripts(const fs::path& run_dir, const std::vector<PlannedJob>& jobs, const SweepTable& sweep) {
  make_folders(run_dir);
  for (const PlannedJob& job : jobs) write_atomically(run_dir / job.file(), job.script);
  if (!sweep.rows.empty()) write_atomically(run_dir / "sweep.tsv", to_tsv(sweep));
  // Made here, so that a row whose task never begins is in the summary too.
  for (std::size_t row = 1; row <= sweep.rows.size(); ++row) make_folders(run_dir / fmt::format("row-{:03}", row));
}

std::string hand_in_all(const fs::path& run_dir, const std::vector<PlannedJob>& jobs) {
  results::JobRecord record;
  std::string text;
  for (const PlannedJob& job : jobs) {
    const std::string id = hand_in(run_dir, job, record.jobs.empty() ? "" : record.jobs.back().id);
    record.jobs.push_back({job.role, id, job.file()});
    if (job.role == "search" || job.role == "sweep") record.job_id = id;
    write_atomically(run_dir / "job.json", to_json(record));
    text += fmt::format("{} job {}\n", job.role, id);
  }
  return text;
}

std::string shown(const fs::path& run_dir, const std::vector<PlannedJob>& jobs) {
  if (jobs.size() == 1) return jobs.front().script;
  std::string text;
  for (const PlannedJob& job : jobs) text += fmt::format("### {}\n{}\n", (run_dir / job.file()).string(), job.script);
  return text;
}

}  // namespace

std::string submit(const SubmitOptions& options) {
  const SweepTable sweep = options.array.empty() ? SweepTable{} : read_sweep_table(options.array);
  const config::RunConfig config = resolved(options);
  check(options, config, sweep);
  const auto jobs = plan_jobs(options, config, sweep);
  const fs::path& run_dir = config.output.run_dir;
  if (options.dry_run) return shown(run_dir, jobs);
  if (!find_program("sbatch")) {
    fail(ExitCode::usage, "Slurm is not here (PATH has no sbatch). Submit on a login node, or look with --dry-run.");
  }
  write_scripts(run_dir, jobs, sweep);
  for (const PlannedJob& job : jobs) ask_slurm(run_dir, job);
  return hand_in_all(run_dir, jobs) + fmt::format("shoal watch {}\n", run_dir.string());
}

}  // namespace shoal::slurm
