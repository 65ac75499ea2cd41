#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace shoal::app {

/// What every verb is told about the process it runs in.
struct Process {
  std::vector<std::string> command_line;
};

/// A parsed verb, ready to run; returns the exit code.
using Action = std::function<int(const Process&)>;

/// Each function adds one verb to the program and sets `action` when that verb is chosen. One file per verb.
void add_run(CLI::App& program, Action& action);
void add_eval(CLI::App& program, Action& action);
void add_validate(CLI::App& program, Action& action);
void add_report(CLI::App& program, Action& action);
void add_export(CLI::App& program, Action& action);
void add_merge(CLI::App& program, Action& action);
void add_tokenize(CLI::App& program, Action& action);
void add_checkpoint(CLI::App& program, Action& action);
void add_status(CLI::App& program, Action& action);
void add_watch(CLI::App& program, Action& action);
void add_submit(CLI::App& program, Action& action);
void add_ls(CLI::App& program, Action& action);
void add_bench(CLI::App& program, Action& action);
void add_estimate(CLI::App& program, Action& action);
void add_import(CLI::App& program, Action& action);

}  // namespace shoal::app
