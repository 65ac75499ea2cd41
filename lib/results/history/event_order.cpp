#include "results/history/event_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "results/history/history_line.hpp"

namespace shoal::results {
namespace {

bool names_each_once(std::vector<int> order, int particles) {
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<int>(i)) return false;
  }
  return order.size() == static_cast<std::size_t>(particles);
}

/// Why this line has no order that can be followed; empty when it has, which is then added.
std::string problem_of(const std::string& line, int particles, swarm::EventOrder& orders) {
  HistoryLine iteration;
  try {
    iteration = read_history_line(line);
  } catch (const std::exception& error) {
    return fmt::format("is damaged ({})", error.what());
  }
  if (iteration.iteration != static_cast<int>(orders.size()) + 1) return "is damaged (an iteration is missing)";
  if (iteration.order.empty()) return "has no order (the search was not asynchronous)";
  if (!names_each_once(iteration.order, particles))
    return fmt::format("has an order that does not name each of {} particles once", particles);
  orders.push_back(iteration.order);
  return "";
}

}  // namespace

swarm::EventOrder read_event_order(const std::filesystem::path& run_dir, int particles) {
  const std::filesystem::path file = run_dir / "history.jsonl";
  if (!std::filesystem::exists(file)) {
    fail(ExitCode::input, "swarm.event_order names {}, which is not a run folder (it has no history.jsonl). Check it.",
         run_dir.string());
  }
  const std::string text = read_text(file);
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));  // without a torn last line
  swarm::EventOrder orders;
  std::string line;
  std::getline(lines, line);  // iteration 0, where all are evaluated at once
  while (std::getline(lines, line)) {
    const std::string problem = problem_of(line, particles, orders);
    if (problem.empty()) continue;
    fail(ExitCode::input, "swarm.event_order: {}, line {} {}. Name the run folder of an asynchronous search.",
         file.string(), orders.size() + 2, problem);
  }
  return orders;
}

}  // namespace shoal::results
