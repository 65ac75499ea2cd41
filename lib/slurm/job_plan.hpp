#pragma once

#include <string>
#include <vector>

#include "config/run_config.hpp"
#include "slurm/submit.hpp"
#include "slurm/sweep_table.hpp"

namespace shoal::slurm {

/// One job of a submission.
struct PlannedJob {
  std::string role;    ///< test, search, sweep, summary, report
  std::string script;  ///< rendered
  /// On the job before it: afterok, afterany; empty for the first.
  std::string dependency;

  std::string file() const { return role + ".sbatch"; }
};

/// The jobs of a submission in their order, rendered from the templates. `sweep` has no rows for a single search.
/// Throws Error{usage} when the options do not go together, Error{input} when a template is missing or unknown.
std::vector<PlannedJob> plan_jobs(const SubmitOptions& options, const config::RunConfig& config,
                                  const SweepTable& sweep);

}  // namespace shoal::slurm
