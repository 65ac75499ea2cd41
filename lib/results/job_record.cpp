#include "results/job_record.hpp"

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json_text.hpp"

namespace shoal::results {

using Json = nlohmann::ordered_json;

std::string to_json(const JobRecord& record) {
  Json jobs = Json::array();
  for (const SubmittedJob& job : record.jobs) {
    jobs.push_back({{"role", job.role}, {"job_id", job.id}, {"script", job.script}});
  }
  const Json json = {{"job_id", record.job_id}, {"submitted", timestamp()}, {"jobs", jobs}};
  return json_text(json, 2) + "\n";
}

std::string submitted_job(const std::filesystem::path& run_dir) {
  const auto file = run_dir / "job.json";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  try {
    return Json::parse(read_text(file)).at("job_id").get<std::string>();
  } catch (const Json::exception& damage) {
    fail(ExitCode::input, "{} is damaged ({}). Delete it: it only names the job.", file.string(), damage.what());
  }
}

}  // namespace shoal::results
