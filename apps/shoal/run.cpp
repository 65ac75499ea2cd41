#include "search/run.hpp"

#include "launch.hpp"
#include "verbs.hpp"

namespace shoal::app {

void add_run(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("run", "Search, export the best expert and write the report");
  auto options = std::make_shared<search::RunOptions>();
  auto resume = std::make_shared<std::string>("auto");
  auto print_config = std::make_shared<bool>(false);
  verb->add_option("config", options->config, "Configuration file (YAML)")->required();
  verb->add_option("--run-dir", options->run_dir, "Run folder, instead of output.run_dir");
  verb->add_option("--resume", *resume, "Continue the run folder's search: auto, never (start anew) or require")
      ->check(CLI::IsMember({"auto", "never", "require"}));
  verb->add_flag("--strict", options->strict, "Treat leaks between dev and test as errors");
  verb->add_option("--set", options->overrides, "Override a key, e.g. --set swarm.particles=16")
      ->allow_extra_args(false);
  verb->add_flag("--print-config", *print_config, "Print the resolved configuration and stop");
  verb->callback([=, &action] {
    action = [=](const Process& process) {
      options->resume = search::resume_policy(*resume);
      options->command_line = process.command_line;
      if (*print_config) return guarded(is_speaker(), [&] { return search::print_config(*options, is_speaker()); });
      return with_communicator([&](const comm::Communicator& comm) { return search::run(comm, *options); });
    };
  });
}

}  // namespace shoal::app
