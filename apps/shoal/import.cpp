#include <fmt/format.h>

#include "base/file.hpp"
#include "config/import/lm_eval.hpp"
#include "config/import/mergekit.hpp"
#include "config/import/reference.hpp"
#include "launch.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

struct ImportOptions {
  std::string tool;
  std::string file;
  std::string out;
  std::vector<std::string> tasks;
};

config::Imported imported(const ImportOptions& options) {
  if (options.tool == "lm-eval") return config::import_lm_eval(options.file);
  if (options.tool == "reference") return config::import_reference(options.file);
  return config::import_mergekit(options.file, {options.tasks.begin(), options.tasks.end()});
}

int run_import(const ImportOptions& options) {
  const config::Imported result = imported(options);
  for (const std::string& warning : result.warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (options.out.empty()) {
    fmt::print("{}", result.yaml);
  } else {
    write_atomically(options.out, result.yaml);
    fmt::print("{}\n", options.out);
  }
  return 0;
}

}  // namespace

void add_import(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("import", "Translate another tool's file into a configuration or a task");
  auto options = std::make_shared<ImportOptions>();
  verb->add_option("tool", options->tool, "mergekit (a merge), lm-eval (a task) or reference (the published code)")
      ->required()
      ->check(CLI::IsMember({"mergekit", "lm-eval", "reference"}));
  verb->add_option("file", options->file, "Its YAML or JSON file, or its command line in a file")->required();
  verb->add_option("--out", options->out, "The file to write; default: standard output");
  verb->add_option("--task", options->tasks, "mergekit: a data file to search on (may be repeated)")
      ->allow_extra_args(false);
  verb->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("import", [&] { return run_import(*options); }); };
  });
}

}  // namespace shoal::app
