#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "io/seed_folders.hpp"
#include "io/status_table.hpp"
#include "launch.hpp"
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
  void show(const io::RunStatus& status) {
    if (lines_ > 0) fmt::print("\x1b[{}A\x1b[J", lines_);
    const std::string table = table_of(status);
    fmt::print("{}\n{}", in_bold(io::headline(status)), table);
    std::fflush(stdout);
    lines_ = 1 + std::count(table.begin(), table.end(), '\n');
  }

 private:
  static std::string table_of(const io::RunStatus& status) {
    constexpr std::size_t most = 15;
    std::vector<std::vector<std::string>> rows{io::iteration_columns()};
    const std::size_t count = status.iterations.size();
    for (std::size_t k = count > most ? count - most : 0; k < count; ++k) {
      rows.push_back(io::iteration_cells(status.iterations[k]));
    }
    return io::aligned(rows);
  }

  std::ptrdiff_t lines_ = 0;
};

/// A line per iteration, for logs and pipes.
class LineLog {
 public:
  void show(const io::RunStatus& status) {
    // A resumed run may have dropped iterations: they are told again when they come again.
    shown_ = std::min(shown_, status.iterations.size());
    for (; shown_ < status.iterations.size(); ++shown_) tell(status, status.iterations[shown_]);
    std::fflush(stdout);
  }

  static void end(const io::RunStatus& status) { fmt::print("{}\n", io::headline(status)); }

 private:
  static void tell(const io::RunStatus& status, const io::report::IterationRecord& iteration) {
    const auto names = io::iteration_columns();
    const auto cells = io::iteration_cells(iteration);
    std::string line = status.name + ":";
    for (std::size_t k = 0; k < names.size(); ++k) line += fmt::format(" {} {}", names[k], cells[k]);
    fmt::print("{}\n", line);
  }

  std::size_t shown_ = 0;
};

template <typename Show>
io::RunStatus follow(const std::string& run, double interval, Show show) {
  while (true) {
    io::RunStatus status = io::read_status(run);
    show(status);
    const bool over = status.state == io::RunState::finished || status.state == io::RunState::stopped;
    if (over || interrupted) return status;
    pause(interval);
  }
}

int watch(const std::string& run, double interval) {
  io::expect_one_search(run);
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  if (is_terminal()) {
    follow(run, interval, [table = LiveTable()](const io::RunStatus& status) mutable { table.show(status); });
  } else {
    LineLog::end(follow(run, interval, [log = LineLog()](const io::RunStatus& status) mutable { log.show(status); }));
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
