#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "launch.hpp"
#include "report/status_table.hpp"
#include "results/seed_folders.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void pause(double seconds) {
  using namespace std::chrono_literals;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!interrupted && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
}

bool is_terminal() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

/// NO_COLOR counts when it is not empty (no-color.org).
bool wants_colour() {
  const char* no = std::getenv("NO_COLOR");
  return no == nullptr || *no == '\0';
}

std::string in_bold(const std::string& text) { return wants_colour() ? "\x1b[1m" + text + "\x1b[0m" : text; }

/// Rewrites its own lines in place.
class LiveTable {
 public:
  void show(const report::RunStatus& status) {
    if (lines_ > 0) fmt::print("\x1b[{}A\x1b[J", lines_);
    const std::string table = table_of(status);
    fmt::print("{}\n{}", in_bold(report::headline(status)), table);
    std::fflush(stdout);
    lines_ = 1 + std::count(table.begin(), table.end(), '\n');
  }

 private:
  static std::string table_of(const report::RunStatus& status) {
    constexpr std::size_t most = 15;
    std::vector<std::vector<std::string>> rows{report::iteration_columns()};
    const std::size_t count = status.iterations.size();
    for (std::size_t k = count > most ? count - most : 0; k < count; ++k) {
      rows.push_back(report::iteration_cells(status.iterations[k]));
    }
    return report::aligned(rows);
  }

  std::ptrdiff_t lines_ = 0;
};

/// A line per iteration, for logs and pipes.
class LineLog {
 public:
  void show(const report::RunStatus& status) {
    // A resumed run may have dropped iterations: they are told again when they come again.
    shown_ = std::min(shown_, status.iterations.size());
    for (; shown_ < status.iterations.size(); ++shown_) tell(status, status.iterations[shown_]);
    std::fflush(stdout);
  }

  static void end(const report::RunStatus& status) { fmt::print("{}\n", report::headline(status)); }

 private:
  static void tell(const report::RunStatus& status, const results::HistoryLine& iteration) {
    const auto names = report::iteration_columns();
    const auto cells = report::iteration_cells(iteration);
    std::string line = status.name + ":";
    for (std::size_t k = 0; k < names.size(); ++k) line += fmt::format(" {} {}", names[k], cells[k]);
    fmt::print("{}\n", line);
  }

  std::size_t shown_ = 0;
};

template <typename Show>
report::RunStatus follow(const std::string& run, double interval, Show show) {
  while (true) {
    report::RunStatus status = report::read_status(run);
    show(status);
    const bool over = status.state == report::RunState::finished || status.state == report::RunState::stopped;
    if (over || interrupted) return status;
    pause(interval);
  }
}

int watch(const std::string& run, double interval) {
  results::expect_one_search(run);
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  if (is_terminal()) {
    follow(run, interval, [table = LiveTable()](const report::RunStatus& status) mutable { table.show(status); });
  } else {
    LineLog::end(
        follow(run, interval, [log = LineLog()](const report::RunStatus& status) mutable { log.show(status); }));
  }
  return 0;
}

}  // namespace

void add_watch(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("watch", "Follow a run until it ends, as a live table or one line per iteration");
  auto run = std::make_shared<std::string>();
  auto interval = std::make_shared<double>(1.0);
  verb->add_option("run", *run, "Run folder")->required();
  verb->add_option("--interval", *interval, "Seconds between two looks")->check(CLI::Range(0.1, 3600.0));
  verb->callback([=, &action] {
    action = [=](const Process&) { return in_one_process("watch", [&] { return watch(*run, *interval); }); };
  });
}

}  // namespace shoal::app
