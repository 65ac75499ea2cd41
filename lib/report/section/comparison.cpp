#include "report/section/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/html/plot.hpp"
#include "report/html/table.hpp"
#include "report/html/text.hpp"
#include "report/section/facts.hpp"
#include "report/section/verdict.hpp"

namespace shoal::report {
namespace {

// Distinct colours of the style sheet; further runs are drawn in grey.
constexpr std::array series = {"series-0", "series-1", "series-2", "series-3", "series-4", "series-5"};

std::string_view series_class(std::size_t run) { return run < series.size() ? series[run] : "mean"; }

// Runs of a sweep often share their name: then the folder tells them apart.
std::string title(std::span<const results::RunRecord> runs, std::size_t at) {
  const std::string name = results::run_name(runs[at]);
  const auto same = std::count_if(runs.begin(), runs.end(),
                                  [&](const results::RunRecord& run) { return results::run_name(run) == name; });
  return same > 1 ? runs[at].folder.lexically_normal().string() : name;
}

// What fits beside the plot: the end of a long path tells more than its beginning.
std::string label(const std::string& title) {
  constexpr std::size_t most = 24;
  if (title.size() <= most) return title;
  std::size_t cut = title.size() - most;
  while (cut < title.size() && (static_cast<unsigned char>(title[cut]) & 0xC0U) == 0x80U) ++cut;  // whole characters
  return "…" + title.substr(cut);
}

void add_result_cells(const results::RunRecord& run, Table& table) {
  if (!run.result) {
    for (int i = 0; i < 4; ++i) table.cell("–");
    return;
  }
  const results::RunResult& result = run.result->run;
  const results::ResultRow& expert = results::best_single(result);
  const results::Comparison pair = expert.versus_best.value_or(results::Comparison{});
  table.cell(fmt::format("{}", result.seed));
  table.cell(score_with_error(result.best.test.utility, result.best.test.standard_error));
  table.cell(fmt::format("{} <small>{}</small>", score_with_error(expert.test.utility, expert.test.standard_error),
                         escape(expert.name)));
  table.cell(fmt::format("{}<span class=\"standing\">{}</span>",
                         signed_score_with_error(pair.difference, pair.standard_error),
                         phrase(standing(result, expert))));
}

std::string stop_of(const results::RunRecord& run) {
  return run.result ? escape(stop_text(run.result->run.stop_reason)) : "not ended";
}

std::string runs_table(std::span<const results::RunRecord> runs) {
  Table table("Held-out test, utility ± standard error");
  table.text_column("Run").number_column("Seed").number_column("Swarm").number_column("Best single expert");
  table.number_column("Difference<small>paired</small>").number_column("Best on search examples");
  table.number_column("Evaluations").number_column("Iterations").number_column("Time");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const results::HistoryLine& last = runs[i].history.iterations.back();
    table.row(fmt::format("<span class=\"swatch {}\"></span>{}", series_class(i), escape(title(runs, i))));
    add_result_cells(runs[i], table);
    table.cell(score(last.global_best.utility)).cell(count(results::search_evaluations(runs[i])));
    table.cell(fmt::format("{}<small>{}</small>", count(last.iteration), stop_of(runs[i])))
        .cell(duration(run_seconds(runs[i])));
  }
  return table.html();
}

std::vector<Point> best_curve(const results::HistoryRecord& history) {
  std::vector<Point> points;
  for (const results::HistoryLine& iteration : history.iterations) {
    points.push_back({static_cast<double>(iteration.iteration), iteration.global_best.utility});
  }
  return points;
}

std::string best_plot(std::span<const results::RunRecord> runs) {
  std::vector<double> utilities;
  double longest = 1.0;
  for (const results::RunRecord& run : runs) {
    for (const results::HistoryLine& iteration : run.history.iterations)
      utilities.push_back(iteration.global_best.utility);
    longest = std::max(longest, static_cast<double>(run.history.iterations.back().iteration));
  }
  Plot plot({920.0, 360.0, 220.0}, {0.0, longest}, padded(range_of(utilities)));
  plot.axes("iteration", "global best on the search examples (dev)");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::vector<Point> points = best_curve(runs[i].history);
    plot.line(staircase(points), series_class(i));
    plot.end_label(points.back().y, fmt::format("{} {}", score(points.back().y), label(title(runs, i))),
                   series_class(i));
  }
  return plot.svg(
      fmt::format("Global best over iterations of {}.", counted(static_cast<std::int64_t>(runs.size()), "run")));
}

}  // namespace

std::string comparison_sections(std::span<const results::RunRecord> runs) {
  return fmt::format(
      "<section>\n<h2>Runs</h2>\n{}</section>\n<section>\n<h2>Global best</h2>\n<figure class=\"scroll\">{}</figure>\n"
      "</section>\n<section>\n<h2>Notes</h2>\n<ul class=\"notes\">\n<li>± is one standard error over examples; it does "
      "not "
      "hold the variation between searches.</li>\n<li>The highest of {} runs is the best of {} searches, and so "
      "optimistic: "
      "quote all of them, or test the chosen one on new examples.</li>\n</ul>\n</section>\n",
      runs_table(runs), best_plot(runs), runs.size(), runs.size());
}

}  // namespace shoal::report
