#include "report/status_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/html/text.hpp"
#include "results/history/metrics.hpp"

namespace shoal::report {
namespace {

constexpr const char* unknown = "–";

std::string time_or_dash(const std::optional<double>& seconds) { return seconds ? duration(*seconds) : unknown; }

/// What a terminal shows of UTF-8 text: continuation bytes take no place.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<std::size_t> widths_of(std::span<const std::vector<std::string>> rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], width_of(row[k]));
  }
  return widths;
}

}  // namespace

std::vector<std::string> status_columns() {
  return {"run", "state", "iteration", "best", "spread", "evaluations", "test", "ETA", "walltime left", "job"};
}

std::vector<std::string> status_cells(const RunStatus& status) {
  const bool begun = !status.iterations.empty();
  return {status.name,
          name_of(status.state),
          progress_of(status),
          begun ? score(status.iterations.back().global_best.utility) : unknown,
          begun ? score(results::spread(status.iterations.back())) : unknown,
          std::to_string(status.evaluations),
          status.test_utility ? score(*status.test_utility) : unknown,
          time_or_dash(status.seconds_to_go),
          time_or_dash(status.walltime_left),
          status.job.empty() ? unknown : status.job};
}

std::vector<std::string> iteration_columns() { return {"iteration", "best", "mean", "spread", "evaluated", "seconds"}; }

std::vector<std::string> iteration_cells(const results::HistoryLine& iteration) {
  return {std::to_string(iteration.iteration),
          score(iteration.global_best.utility),
          score(results::mean_utility(iteration)),
          score(results::spread(iteration)),
          std::to_string(results::evaluations(iteration)),
          fmt::format("{:.1f}", iteration.seconds)};
}

std::string progress_of(const RunStatus& status) {
  if (status.iterations.empty()) return unknown;
  const int done = status.iterations.back().iteration;
  return status.max_iteration ? fmt::format("{} of {}", done, *status.max_iteration) : std::to_string(done);
}

std::string headline(const RunStatus& status) {
  std::string text = fmt::format("{}: {}, iteration {}, {} evaluations", status.name, name_of(status.state),
                                 progress_of(status), status.evaluations);
  if (status.seconds_to_go) text += ", at most " + duration(*status.seconds_to_go) + " to go";
  if (status.walltime_left) text += ", walltime left " + duration(*status.walltime_left);
  if (!status.job.empty()) text += ", job " + status.job;
  return text;
}

std::string aligned(std::span<const std::vector<std::string>> rows) {
  const auto widths = widths_of(rows);
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      const bool last = k + 1 == row.size();
      text += row[k] + (last ? "\n" : std::string(widths[k] - width_of(row[k]) + 2, ' '));
    }
  }
  return text;
}

std::string tab_separated(std::span<const std::vector<std::string>> rows) {
  std::string text;
  for (const auto& row : rows) text += fmt::format("{}\n", fmt::join(row, "\t"));
  return text;
}

}  // namespace shoal::report
