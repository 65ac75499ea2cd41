#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shoal::results {

/// One job that `shoal submit` handed to Slurm.
struct SubmittedJob {
  std::string role;  ///< test, search, sweep, summary, report
  std::string id;
  std::string script;  ///< its file in the run folder
};

/// What job.json of a run folder holds: the jobs of the last submission, in their order, and the one that searches.
struct JobRecord {
  std::string job_id;
  std::vector<SubmittedJob> jobs;
};

/// job.json, with the time of submission.
std::string to_json(const JobRecord& record);

/// The searching job's id from a run folder's job.json; empty without one. Throws Error{input} when it is damaged.
std::string submitted_job(const std::filesystem::path& run_dir);

}  // namespace shoal::results
