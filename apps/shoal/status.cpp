#include <fmt/format.h>

#include <optional>

#include "base/error.hpp"
#include "launch.hpp"
#include "report/status_table.hpp"
#include "results/seed_folders.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

/// Every run gets its line, readable or not; the first failure is told at the end.
int show(const std::vector<std::string>& runs, bool tsv) {
  std::vector<std::vector<std::string>> rows{report::status_columns()};
  std::optional<Error> failure;
  for (const std::filesystem::path& run : results::searches_in(runs)) {
    try {
      rows.push_back(report::status_cells(report::read_status(run)));
    } catch (const Error& error) {
      if (!failure) failure = error;
      rows.push_back({run.string(), "unreadable", "–", "–", "–", "–", "–", "–", "–", "–"});
    }
  }
  fmt::print("{}", tsv ? report::tab_separated(rows) : report::aligned(rows));
  if (failure) throw *failure;
  return 0;
}

}  // namespace

void add_status(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("status", "Show how far runs are, one line each");
  auto runs = std::make_shared<std::vector<std::string>>();
  auto tsv = std::make_shared<bool>(false);
  verb->add_option("run", *runs, "Run folders")->required();
  verb->add_flag("--tsv", *tsv, "Tabs between the columns, for other programs");
  verb->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("status", [&] { return show(*runs, *tsv); }); };
  });
}

}  // namespace shoal::app
