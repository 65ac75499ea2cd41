#include "report/section/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html/bars.hpp"
#include "report/html/table.hpp"
#include "report/html/text.hpp"
#include "report/section/verdict.hpp"

namespace shoal::report {
namespace {

// More tasks than this are left to the table behind the fold.
constexpr std::size_t most_task_columns = 4;

struct Line {
  const results::ResultRow* row;
  std::string title;      ///< HTML
  std::string row_class;  ///< of the table row
  std::string bar_class;
};

// Experts, baselines, then the swarm.
std::vector<Line> lines_of(const results::RunResult& result) {
  std::vector<Line> lines;
  for (const results::ResultRow& row : result.experts) {
    const bool best = row.name == result.best_single;
    lines.push_back({&row, escape(row.name) + (best ? " <span class=\"badge\">best single</span>" : ""),
                     best ? "single" : "", best ? "gold" : "plain"});
  }
  for (const results::ResultRow& row : result.baselines) {
    lines.push_back({&row, escape(baseline_title(row.name)), "baseline", "plain"});
  }
  if (result.ensemble) lines.push_back({&*result.ensemble, "ensemble of personal bests", "baseline", "plain"});
  lines.push_back({&result.best, escape(result.best.name), "swarm", "accent"});
  return lines;
}

// Bars start at zero and share one scale over the table, whiskers included.
Range bar_scale(const std::vector<Line>& lines) {
  std::vector<double> ends = {0.0};
  for (const Line& line : lines) {
    const results::SplitScore& test = line.row->test;
    ends.push_back(test.utility + test.standard_error);
    ends.push_back(test.utility - test.standard_error);
  }
  Range scale = range_of(ends);
  if (scale.low < 0.0 && scale.low > -0.05) scale.low = 0.0;  // a whisker just below zero
  return scale;
}

std::string difference_cell(const results::RunResult& result, const results::ResultRow& row) {
  if (!row.versus_best) return "";
  const Standing stands = standing(result, row);
  const char* css = stands == Standing::better ? "good" : stands == Standing::worse ? "bad" : "quiet";
  return fmt::format("{}<span class=\"standing {}\">{}</span>",
                     signed_score_with_error(row.versus_best->difference, row.versus_best->standard_error), css,
                     phrase(stands));
}

std::string task_cell(const results::SplitScore& split, const std::string& task) {
  const auto found = split.tasks.find(task);
  return found == split.tasks.end() ? "–" : score_with_error(found->second.mean, found->second.standard_error);
}

std::vector<std::string> task_columns(const results::RunResult& result) {
  std::vector<std::string> names;
  for (const auto& [name, score] : result.best.test.tasks) names.push_back(name);
  if (names.size() < 2 || names.size() > most_task_columns) names.clear();
  return names;
}

std::string main_table(const results::RunResult& result) {
  const std::vector<Line> lines = lines_of(result);
  const std::vector<std::string> tasks = task_columns(result);
  const Range scale = bar_scale(lines);
  Table table("Utility ± standard error");
  table.text_column("").number_column("Dev").number_column("Held-out test").text_column("Test, ± 1 SE");
  for (const std::string& task : tasks) table.number_column(escape(task) + "<small>test</small>");
  table.number_column("Swarm minus it<small>test, paired</small>");
  for (const Line& line : lines) {
    const results::ResultRow& row = *line.row;
    table.row(line.title, line.row_class).cell(score_with_error(row.dev.utility, row.dev.standard_error));
    table.cell(score_with_error(row.test.utility, row.test.standard_error));
    table.cell(score_bar(row.test.utility, row.test.standard_error, scale, line.bar_class));
    for (const std::string& task : tasks) table.cell(task_cell(row.test, task));
    table.cell(difference_cell(result, row));
  }
  return table.html();
}

bool any_measures(const results::RunResult& result) {
  return std::ranges::any_of(result.best.test.tasks, [](const auto& task) { return !task.second.measures.empty(); });
}

std::string measures_cell(const task::Measures& measures) {
  std::string text;
  for (const auto& [name, value] : measures) {
    std::string words = name;
    std::ranges::replace(words, '_', ' ');
    const std::string number = std::isfinite(value) ? fmt::format("{:.4g}", value) : "–";
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", escape(words), number);
  }
  return text;
}

void add_task_rows(const Line& line, bool with_measures, Table& table) {
  for (const auto& [task, test] : line.row->test.tasks) {
    const auto dev = line.row->dev.tasks.find(task);
    table.row(line.title, line.row_class).cell(escape(task)).cell(task_cell(line.row->dev, task));
    table.cell(dev == line.row->dev.tasks.end() ? "–" : count(static_cast<std::int64_t>(dev->second.examples)));
    table.cell(score_with_error(test.mean, test.standard_error)).cell(count(static_cast<std::int64_t>(test.examples)));
    table.cell(percent(test.parse_failure_rate));
    if (with_measures) table.cell(measures_cell(test.measures));
  }
}

std::string task_table(const results::RunResult& result) {
  Table table("Mean score ± standard error of each task");
  table.text_column("").text_column("Task").number_column("Dev").number_column("n dev").number_column("Test");
  table.number_column("n test").number_column("Unreadable answers<small>test</small>");
  const bool with_measures = any_measures(result);
  if (with_measures) table.text_column("Also<small>test</small>");
  for (const Line& line : lines_of(result)) add_task_rows(line, with_measures, table);
  return fmt::format("<details><summary>Every task on both splits</summary>\n{}</details>\n", table.html());
}

}  // namespace

std::string results_section(const results::RunRecord& run) {
  if (!run.result) return "";
  return fmt::format("<section>\n<h2>Results</h2>\n{}{}</section>\n", main_table(run.result->run),
                     task_table(run.result->run));
}

}  // namespace shoal::report
