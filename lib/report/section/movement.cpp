#include "report/section/movement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "report/html/plot.hpp"
#include "report/html/table.hpp"
#include "report/html/text.hpp"
#include "results/history/metrics.hpp"

namespace shoal::report {
namespace {

using Iterations = std::vector<results::HistoryLine>;

double step_of(const results::HistoryLine& iteration) { return iteration.step_length.value_or(std::nan("")); }

std::string numbers_table(const Iterations& iterations) {
  Table table("One row per iteration");
  table.text_column("Iteration");
  for (const char* name : {"Global best", "Mean", "Spread", "Step length", "Evaluations", "Seconds"}) {
    table.number_column(name);
  }
  for (const results::HistoryLine& iteration : iterations) {
    table.row(fmt::format("{}", iteration.iteration))
        .cell(score(iteration.global_best.utility))
        .cell(score(results::mean_utility(iteration)));
    table.cell(score(results::spread(iteration))).cell(score(step_of(iteration)));
    table.cell(count(results::evaluations(iteration))).cell(fmt::format("{:.1f}", iteration.seconds));
  }
  return fmt::format("<details><summary>The numbers behind the curves</summary>\n{}</details>\n", table.html());
}

std::string small_plot(const Iterations& iterations, const char* title,
                       const std::function<double(const results::HistoryLine&)>& value) {
  std::vector<Point> points;
  std::vector<double> heights = {0.0};
  for (const results::HistoryLine& iteration : iterations) {
    points.push_back({static_cast<double>(iteration.iteration), value(iteration)});
    heights.push_back(points.back().y);
  }
  Plot plot({450.0, 220.0, 56.0}, {0.0, points.back().x}, {0.0, padded(range_of(heights)).high});
  plot.axes("iteration", title);
  plot.line(points, "best");
  plot.end_label(points.back().y, score(points.back().y), "best");
  return plot.svg(fmt::format("{} over {}; {} at the end.", title, counted(iterations.back().iteration, "iteration"),
                              score(points.back().y)));
}

const char* centre_of(const Iterations& iterations) {
  const bool dense = iterations.front().particles.front().norms.has_value();
  return dense ? "the global best, in weights of the model" : "their mean, in expert weights";
}

/// Empty for optimisers without steps.
std::string step_figure(const Iterations& iterations) {
  const auto stepped = [](const results::HistoryLine& iteration) { return iteration.step_length.has_value(); };
  if (std::ranges::none_of(iterations, stepped)) return "";
  return fmt::format(
      "\n<figure>{}<figcaption>λ, the part of its velocity that a particle moves in one "
      "iteration.</figcaption></figure>",
      small_plot(iterations, "step length", step_of));
}

}  // namespace

std::string movement_section(const results::RunRecord& run) {
  const Iterations& iterations = run.history.iterations;
  return fmt::format(
      "<section>\n<h2>Movement</h2>\n<div class=\"pair\"><figure>{}<figcaption>Root mean square distance of the "
      "positions to {}. Near zero, all particles sit on one spot.</figcaption></figure>{}</div>\n{}</section>\n",
      small_plot(iterations, "spread", results::spread), centre_of(iterations), step_figure(iterations),
      numbers_table(iterations));
}

}  // namespace shoal::report
