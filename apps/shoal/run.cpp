#include <fmt/format.h>

#include "base/error.hpp"
#include "comm/serial_communicator.hpp"
#include "config/run_config.hpp"
#include "inputs/resolve.hpp"
#include "launch.hpp"
#include "search/study/study.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

int print_resolved(const inputs::ConfigSource& source) {
  const std::string text = config::to_yaml(inputs::resolve(comm::SerialCommunicator(), source));
  if (is_speaker()) fmt::print("{}", text);
  return static_cast<int>(ExitCode::done);
}

int code_of(search::RunOutcome outcome) {
  return static_cast<int>(outcome == search::RunOutcome::finished ? ExitCode::done : ExitCode::requeue);
}

}  // namespace

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
      options->tell = [](const std::string& text) { fmt::print("{}", text); };
      options->complain = complain;
      if (*print_config) return guarded(is_speaker(), [&] { return print_resolved(options->source); });
      const bool alone = study->ablate.empty() && study->leave_out.empty();
      return with_communicator([&](const comm::Communicator& comm) {
        return code_of(alone ? search::run(comm, *options) : search::run_study(comm, *options, *study));
      });
    };
  });
}

}  // namespace shoal::app
