#include "slurm/submit.hpp"

#include <fmt/format.h>

#include <regex>

#include "base/program.hpp"
#include "launch.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

constexpr int shortest_minutes = 5;

/// The minutes of a Slurm time: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S. Negative: not a time.
long minutes_of(const std::string& text) {
  static const std::regex form(
      R"((?:(\d{1,4})-(\d{1,3})(?::(\d{1,2}))?(?::(\d{1,2}))?|(?:(\d{1,4}):)?(\d{1,6}):(\d{1,2})|(\d{1,6})))");
  std::smatch part;
  if (!std::regex_match(text, part, form)) return -1;
  const auto number = [&](std::size_t k) { return part[k].matched ? std::stol(part[k]) : 0L; };
  return number(1) * 1440 + number(2) * 60 + number(3) + number(5) * 60 + number(6) + number(8);
}

// The signal to stop comes three minutes before the end: a shorter job would be requeued without getting anywhere.
std::string check_time(const std::string& text) {
  const long minutes = minutes_of(text);
  if (minutes < 0) return text + " is not a time (minutes, H:MM:SS or D-HH:MM:SS)";
  if (minutes < shortest_minutes) return text + " is too short (a search needs five minutes at least)";
  return {};
}

void add_resources(CLI::App& verb, slurm::SubmitOptions& options) {
  verb.add_option("--nodes", options.nodes, "Nodes of each search")->check(CLI::Range(1, 100000));
  verb.add_option("--time", options.time, "Walltime: minutes, H:MM:SS or D-HH:MM:SS")->check(check_time);
  verb.add_option("--partition", options.partition, "Partition; default: the site's")
      ->check([](const std::string& text) {
        return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,-") == text.npos
                   ? std::string()
                   : "'" + text + "' is no name of a partition";
      });
  verb.add_option("--gpus-per-node", options.gpus_per_node, "GPUs of each node, one rank each")
      ->check(CLI::Range(1, 1024));
  verb.add_option("--tasks-per-node", options.tasks_per_node, "Ranks of each node; default: one per GPU, else one")
      ->check(CLI::Range(1, 4096));
  verb.add_option("--cpus-per-task", options.cpus_per_task, "Cores of each rank; default: the whole node's")
      ->check(CLI::Range(1, 4096));
}

}  // namespace

void add_submit(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("submit", "Render a Slurm job script, check it and submit it");
  auto options = std::make_shared<slurm::SubmitOptions>();
  verb->add_option("config", options->config, "Configuration file (YAML)")->required();
  verb->add_option("--run-dir", options->run_dir, "Run folder, instead of output.run_dir");
  verb->add_option("--set", options->overrides, "Override a key, e.g. --set swarm.particles=16")
      ->allow_extra_args(false);
  verb->add_flag("--dry-run", options->dry_run, "Print the script; write and submit nothing");
  add_resources(*verb, *options);
  verb->add_option("--array", options->array, "A sweep: table with a header of keys and one row per search, by tabs");
  verb->add_option("--at-once", options->at_once, "Searches of a sweep that may run at the same time")
      ->check(CLI::Range(1, 100000));
  verb->add_option("--chain", options->chain, "Jobs around the search: test (before it), report (after it)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"test", "report"}));
  verb->add_option(
      "--judge", options->judge,
      "Shell command of a server that runs beside the search and judges (it listens on $SHOAL_JUDGE_PORT)");
  verb->add_option("--templates", options->templates, "Folder of the job templates");
  verb->callback([=, &action] {
    action = [=](const Process&) {
      options->program = this_program();
      return in_one_process("submit", [&] {
        fmt::print("{}", slurm::submit(*options));
        return 0;
      });
    };
  });
}

}  // namespace shoal::app
