#include "report/report.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "launch.hpp"
#include "results/seed_folders.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

int write_report(const std::vector<std::string>& runs, std::string out) {
  if (out.empty())
    out = (std::filesystem::path(runs.front()) / (runs.size() == 1 ? "report.html" : "comparison.html")).string();
  write_atomically(out, runs.size() == 1 ? report::render_report(runs.front())
                                         : report::render_comparison(results::searches_in(runs)));
  fmt::print("{}\n", out);
  return 0;
}

}  // namespace

void add_report(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("report", "Write a self-contained HTML page about one run, or comparing several");
  auto runs = std::make_shared<std::vector<std::string>>();
  auto out = std::make_shared<std::string>();
  verb->add_option("run", *runs, "Run folders")->required();
  verb->add_option("--out", *out, "The page to write; default: report.html in the run folder");
  verb->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("report", [&] { return write_report(*runs, *out); }); };
  });
}

}  // namespace shoal::app
