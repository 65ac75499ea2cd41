#include "slurm/job_plan.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "slurm/job_script.hpp"

namespace shoal::slurm {
namespace {

namespace fs = std::filesystem;

bool wants(const SubmitOptions& options, const char* link) {
  return std::ranges::find(options.chain, link) != options.chain.end();
}

/// A name may hold anything; Slurm shows job names in narrow columns and scripts must stay readable.
std::string job_name(const std::string& name) {
  std::string text = name.empty() ? "shoal" : name;
  std::ranges::replace_if(
      text,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.');
      },
      '-');
  return text;
}

std::string number_or_nothing(int number) { return number > 0 ? std::to_string(number) : ""; }

/// The folder with the tests of the program's own build.
std::string build_folder(const SubmitOptions& options) {
  const fs::path folder = options.program.parent_path().parent_path();
  if (fs::exists(folder / "CTestTestfile.cmake")) return folder.string();
  fail(ExitCode::usage,
       "{} has no tests beside it (it is installed, or built without them). Leave test out of --chain.",
       options.program.string());
}

std::vector<std::string> settings_of(const SubmitOptions& options) {
  std::vector<std::string> words;
  for (const std::string& setting : options.overrides) {
    words.push_back("--set");
    words.push_back(setting);
  }
  return words;
}

Placeholders placeholders(const SubmitOptions& options, const config::RunConfig& config, const SweepTable& sweep,
                          const std::string& functions) {
  // Ranks share a node's GPUs by their number on the node: binding one GPU to each task would break peer access.
  const int tasks = options.tasks_per_node > 0 ? options.tasks_per_node : std::max(1, options.gpus_per_node);
  const bool whole_node = options.cpus_per_task == 0 && options.gpus_per_node == 0;
  return {
      {"NAME", job_name(config.name)},
      {"PARTITION", options.partition},
      {"NODES", std::to_string(options.nodes)},
      {"TASKS_PER_NODE", std::to_string(tasks)},
      {"CPUS_PER_TASK", number_or_nothing(options.cpus_per_task)},
      {"GPUS_PER_NODE", number_or_nothing(options.gpus_per_node)},
      {"EXCLUSIVE", whole_node ? "--exclusive" : ""},
      {"TIME", options.time},
      {"ROWS", std::to_string(sweep.rows.size()) + (options.at_once > 0 ? fmt::format("%{}", options.at_once) : "")},
      {"SHOAL", shell_word(options.program.string())},
      {"CONFIG", shell_word(fs::absolute(options.config).lexically_normal().string())},
      {"RUN_DIR", shell_word(config.output.run_dir.string())},
      {"WORKING_FOLDER", shell_word(fs::current_path().string())},
      {"SETTINGS", shell_words(settings_of(options))},
      {"BUILD_FOLDER", wants(options, "test") ? shell_word(build_folder(options)) : ""},
      {"JUDGE", shell_word(options.judge)},
      {"FUNCTIONS", functions}};
}

/// The template of one search.
const char* search_template(const SubmitOptions& options) {
  if (!options.judge.empty()) return "with_judge.sbatch";
  return options.nodes > 1 ? "many_nodes.sbatch" : "one_node.sbatch";
}

void check_chain(const SubmitOptions& options) {
  if (!options.array.empty() && !options.judge.empty()) {
    fail(ExitCode::usage,
         "--judge does not go with --array (every search of a sweep would start a server). Start one server by itself "
         "and name it in url_env.");
  }
  if (options.array.empty() || !wants(options, "report")) return;
  fail(ExitCode::usage,
       "--chain report does not go with --array (a sweep ends with a summary and a comparison of its own). "
       "Leave it out.");
}

}  // namespace

std::vector<PlannedJob> plan_jobs(const SubmitOptions& options, const config::RunConfig& config,
                                  const SweepTable& sweep) {
  check_chain(options);
  const fs::path templates = options.templates.empty() ? find_templates(options.program) : fs::path(options.templates);
  const auto values = placeholders(options, config, sweep, read_text(templates / "functions.sh"));
  std::vector<PlannedJob> jobs;
  const auto add = [&](const char* role, const char* file, const char* dependency) {
    const fs::path source = templates / file;
    const std::string script = render_script(read_text(source), values, source.string());
    jobs.push_back({role, script, jobs.empty() ? "" : dependency});
  };
  if (wants(options, "test")) add("test", "ctest.sbatch", "");
  if (!options.array.empty()) {
    add("sweep", "array.sbatch", "afterok");
    add("summary", "array_summary.sbatch", "afterany");
  } else {
    add("search", search_template(options), "afterok");
  }
  if (wants(options, "report")) add("report", "chain_report.sbatch", "afterok");
  return jobs;
}

}  // namespace shoal::slurm
