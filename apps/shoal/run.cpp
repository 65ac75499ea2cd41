#include "launch.hpp"
#include "search/study/study.hpp"
#include "verbs.hpp"

namespace shoal::app {

void add_run(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("run", "Search, export the best expert and write the report");
  auto options = std::make_shared<search::RunOptions>();
  auto study = std::make_shared<search::StudyOptions>();
  auto resume = std::make_shared<std::string>("auto");
  auto print_config = std::make_shared<bool>(false);
  verb->add_option("config", options->source.config, "Configuration file (YAML)")->required();
  verb->add_option("--run-dir", options->source.run_dir, "Run folder, instead of output.run_dir");
  verb->add_option("--resume", *resume, "Continue the run folder's search: auto, never (start anew) or require")
      ->check(CLI::IsMember({"auto", "never", "require"}));
  verb->add_flag("--strict", options->strict, "Treat leaks between dev and test as errors");
  verb->add_option("--set", options->source.overrides, "Override a key, e.g. --set swarm.particles=16")
      ->allow_extra_args(false);
  verb->add_flag("--print-config", *print_config, "Print the resolved configuration and stop");
  verb->add_option("--ablate", study->ablate,
                   "One more search each without: crossover, inertia, repel, randomness, restart")
      ->delimiter(',');
  verb->add_option("--leave-out", study->leave_out, "One more search without this expert, or without the strongest");
  verb->callback([=, &action] {
    action = [=](const Process& process) {
      options->resume = search::resume_policy(*resume);
      options->command_line = process.command_line;
      if (*print_config) return guarded(is_speaker(), [&] { return search::print_config(*options, is_speaker()); });
      const bool alone = study->ablate.empty() && study->leave_out.empty();
      return with_communicator([&](const comm::Communicator& comm) {
        return alone ? search::run(comm, *options) : search::run_study(comm, *options, *study);
      });
    };
  });
}

}  // namespace shoal::app
