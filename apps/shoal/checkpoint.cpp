#include "checkpoint/checkpoint.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "launch.hpp"
#include "report/html/text.hpp"
#include "report/status_table.hpp"
#include "results/seed_folders.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

std::vector<checkpoint::Generation> checkpoints_of(const std::string& run) {
  std::error_code error;
  if (!std::filesystem::is_directory(run, error)) {
    fail(ExitCode::input, "there is no run folder {} ({}). Check the path.", run,
         error ? error.message() : "it is not a folder");
  }
  results::expect_one_search(run);
  return checkpoint::inspect_checkpoints(run);
}

std::vector<std::string> cells(const checkpoint::Generation& generation) {
  return {std::to_string(generation.iteration), report::memory(static_cast<std::int64_t>(generation.bytes)),
          generation.search_seconds ? fmt::format("{:.1f}", *generation.search_seconds) : "–",
          generation.problem.empty() ? "valid" : (generation.newer_format ? "" : "damaged: ") + generation.problem};
}

int list(const std::string& run) {
  std::vector<std::vector<std::string>> rows{{"iteration", "size", "seconds", "state"}};
  for (const checkpoint::Generation& generation : checkpoints_of(run)) rows.push_back(cells(generation));
  fmt::print("{}", rows.size() == 1 ? "no checkpoints\n" : report::aligned(rows));
  return 0;
}

/// What a resumed run will do about a damaged newest checkpoint.
std::string consequence(const std::vector<checkpoint::Generation>& generations) {
  for (const checkpoint::Generation& generation : generations) {
    if (generation.newer_format) break;
    if (generation.problem.empty())
      return fmt::format("A resumed run continues from iteration {}", generation.iteration);
  }
  return "A resumed run refuses; --resume never starts anew";
}

int verify(const std::string& run) {
  const auto generations = checkpoints_of(run);
  if (generations.empty()) {
    fail(ExitCode::input, "run folder {} has no checkpoint (none was written, or they were removed). Start the run.",
         run);
  }
  const checkpoint::Generation& newest = generations.front();
  if (!newest.problem.empty()) {
    std::string why = newest.problem;
    while (why.ends_with('.')) why.pop_back();
    fail(ExitCode::input, "the newest checkpoint {} is not valid ({}). {}.", newest.folder.filename().string(), why,
         consequence(generations));
  }
  fmt::print("the newest checkpoint, of iteration {}, is valid\n", newest.iteration);
  return 0;
}

void add_part(CLI::App& verb, Action& action, const char* name, const char* help, int (*work)(const std::string&)) {
  auto* part = verb.add_subcommand(name, help);
  auto run = std::make_shared<std::string>();
  part->add_option("run", *run, "Run folder")->required();
  part->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("checkpoint", [&] { return work(*run); }); };
  });
}

}  // namespace

void add_checkpoint(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("checkpoint", "List or verify the checkpoints of a run");
  verb->require_subcommand(1);
  add_part(*verb, action, "ls", "List the checkpoints with iteration, size, seconds and validity", list);
  add_part(*verb, action, "verify", "Succeed when the newest checkpoint is valid", verify);
}

}  // namespace shoal::app
