#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/heap.hpp"
#include "launch.hpp"
#include "results/run_info.hpp"
#include "verbs.hpp"

namespace {

using namespace shoal;

std::string versions() {
  std::string text;
  for (const auto& [component, value] : results::build_versions()) text += fmt::format("{:<9} {}\n", component, value);
  text.pop_back();
  return text;
}

int report_parse_error(CLI::App& program, const CLI::ParseError& error) {
  const bool asked_for_help = error.get_exit_code() == 0;
  if (!app::is_speaker()) return asked_for_help ? 0 : static_cast<int>(ExitCode::usage);
  if (asked_for_help) return program.exit(error);
  fmt::print(stderr, "shoal: {}. Run shoal --help, or --help after a verb.\n", error.what());
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int main(int argc, char** argv) {
  return_large_blocks();
  CLI::App program{"Shoal searches the space between LLM experts for a better one (Model Swarms)."};
  program.set_version_flag("--version", versions);
  program.require_subcommand(1);
  program.footer("Every verb has --help. Documentation: docs/overview.md.");
  app::Action action;
  for (const auto add : {app::add_run, app::add_eval, app::add_validate, app::add_estimate, app::add_submit,
                         app::add_status, app::add_watch, app::add_report, app::add_export, app::add_merge,
                         app::add_checkpoint, app::add_import, app::add_tokenize, app::add_bench, app::add_ls}) {
    add(program, action);
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_parse_error(program, error);
  }
  const app::Process process{{argv, argv + argc}};
  return action(process);
}
