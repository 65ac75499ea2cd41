#include "report/section/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html/plot.hpp"
#include "report/html/table.hpp"
#include "report/html/text.hpp"

namespace shoal::report {
namespace {

std::string of(std::size_t part, std::size_t whole) {
  if (whole == 0) return "–";
  return fmt::format("{} <small>{} of {}</small>", percent(static_cast<double>(part) / static_cast<double>(whole)),
                     count(static_cast<std::int64_t>(part)), count(static_cast<std::int64_t>(whole)));
}

void add_emergence(const char* split, const results::Emergence& e, Table& table) {
  table.row(split).cell(of(e.emerged, e.unsolved)).cell(of(e.gained, e.missed)).cell(of(e.lost, e.examples - e.missed));
}

std::string emergence_table(const results::Analysis& analysis) {
  Table table("Examples that the winner answers and the experts do not, and the other way round");
  table.text_column("").number_column("Emergence<small>of those that no expert answers</small>");
  table.number_column("Surge<small>of those that the best single expert misses</small>");
  table.number_column("Lost<small>of those that the best single expert answers</small>");
  add_emergence("Dev", analysis.dev, table);
  add_emergence("Held-out test", analysis.test, table);
  return table.html();
}

// Every selection by a number makes that number optimistic: what was selected by what.
std::string optimism_table(const results::RunResult& result) {
  Table table("The winner's utility by how much its examples have taken part in finding it");
  table.text_column("Examples").number_column("Utility").number_column("Above held-out test");
  const auto add = [&](const char* name, double utility) {
    table.row(name).cell(score(utility)).cell(signed_score(utility - result.best.test.utility));
  };
  add("search examples: guided every step", result.search_utility);
  if (result.validation_utility) add("validation part: chose among the finalists", *result.validation_utility);
  add("dev as a whole", result.best.dev.utility);
  add("held-out test: no part", result.best.test.utility);
  return table.html();
}

std::string rank_text(const results::Analysis& analysis) {
  const bool upper = 2 * analysis.rank_at_start <= analysis.particles;
  return fmt::format("The winning particle was number {} of {} by its utility at the start, in the {} half.",
                     analysis.rank_at_start, analysis.particles, upper ? "better" : "worse");
}

struct Curve {
  const char* css;
  double results::IterationAnalysis::*value;
  const char* label;
};

std::string plot_of(const std::vector<results::IterationAnalysis>& iterations, const char* title,
                    const std::vector<Curve>& curves) {
  std::vector<double> heights = {0.0};
  for (const Curve& curve : curves) {
    for (const results::IterationAnalysis& iteration : iterations) heights.push_back(iteration.*curve.value);
  }
  const auto last = static_cast<double>(iterations.size() - 1);
  Plot plot({450.0, 220.0, 96.0}, {0.0, std::max(last, 1.0)}, {0.0, padded(range_of(heights)).high});
  plot.axes("iteration", title);
  for (const Curve& curve : curves) {
    std::vector<Point> points;
    for (const results::IterationAnalysis& iteration : iterations) {
      points.push_back({static_cast<double>(points.size()), iteration.*curve.value});
    }
    plot.line(points, curve.css);
    plot.end_label(points.back().y, fmt::format("{} {}", score(points.back().y), curve.label), curve.css);
  }
  return plot.svg(fmt::format("{} over {}.", title, counted(static_cast<std::int64_t>(last), "iteration")));
}

bool any_finite(const std::vector<results::IterationAnalysis>& iterations, double results::IterationAnalysis::*value) {
  return std::ranges::any_of(iterations, [value](const auto& iteration) { return std::isfinite(iteration.*value); });
}

std::string plots(const std::vector<results::IterationAnalysis>& iterations) {
  if (iterations.empty()) return "";
  std::string html;
  if (any_finite(iterations, &results::IterationAnalysis::emerged_best)) {
    html +=
        "<figure>" +
        plot_of(iterations, "share answered",
                {{"best", &results::IterationAnalysis::emerged_best, "best"},
                 {"mean", &results::IterationAnalysis::emerged_any, "any"}}) +
        "<figcaption>Of the search examples that no starting expert answers: by the global best, and by any particle "
        "so far.</figcaption></figure>\n";
  }
  if (any_finite(iterations, &results::IterationAnalysis::diversity)) {
    html +=
        "<figure>" +
        plot_of(iterations, "mean distance of two particles", {{"best", &results::IterationAnalysis::diversity, ""}}) +
        "<figcaption>Diversity of the swarm, in expert weights.</figcaption></figure>";
  }
  return html.empty() ? "" : "<div class=\"pair\">" + html + "</div>\n";
}

}  // namespace

std::string analysis_section(const results::RunRecord& run) {
  if (!run.result || !run.result->run.analysis) return "";
  const results::Analysis& analysis = *run.result->run.analysis;
  return fmt::format("<section>\n<h2>How the winner came about</h2>\n<p>{}</p>\n{}{}{}</section>\n",
                     rank_text(analysis), emergence_table(analysis), optimism_table(run.result->run),
                     plots(analysis.iterations));
}

}  // namespace shoal::report
