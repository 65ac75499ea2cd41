#include "plan/validate.hpp"

#include <fmt/format.h>

#include "launch.hpp"
#include "verbs.hpp"

namespace shoal::app {

void add_validate(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("validate", "Check everything that can fail, without a search");
  auto config = std::make_shared<std::string>();
  auto strict = std::make_shared<bool>(false);
  auto overrides = std::make_shared<std::vector<std::string>>();
  verb->add_option("config", *config, "Configuration file (YAML)")->required();
  verb->add_flag("--strict", *strict, "Treat leaks between dev and test as errors");
  verb->add_option("--set", *overrides, "Override a key, e.g. --set swarm.particles=16")->allow_extra_args(false);
  verb->callback([=, &action] {
    action = [=](const Process&) {
      return with_communicator([&](const comm::Communicator& comm) {
        const std::string findings = plan::validate(comm, *config, *overrides, *strict);
        if (comm.rank() == 0) fmt::print("{}", findings);
        return 0;
      });
    };
  });
}

}  // namespace shoal::app
