#include "report/section/curves.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/html/plot.hpp"
#include "report/html/text.hpp"

namespace shoal::report {
namespace {

using Iterations = std::vector<results::IterationRecord>;

// With more marks than this the page would be slow and the plot a cloud: then particles are lines only.
constexpr std::size_t most_marks = 4000;

double x_of(const results::IterationRecord& iteration) { return iteration.iteration; }

Range iteration_range(const Iterations& iterations) { return {0.0, x_of(iterations.back())}; }

template <typename Value>
std::vector<Point> curve(const Iterations& iterations, Value&& value) {
  std::vector<Point> points;
  for (const results::IterationRecord& iteration : iterations) points.push_back({x_of(iteration), value(iteration)});
  return points;
}

Range utility_range(const Iterations& iterations) {
  std::vector<double> values;
  for (const results::IterationRecord& iteration : iterations) {
    values.push_back(iteration.best_utility);
    for (const results::ParticleRecord& particle : iteration.particles) values.push_back(particle.utility);
  }
  return padded(range_of(values));
}

Mark shape_of(const results::ParticleRecord& particle) {
  if (particle.stale) return Mark::ring;
  if (particle.pruned) return Mark::caret;
  return particle.restarted ? Mark::triangle : Mark::dot;
}

std::string_view class_of(const results::ParticleRecord& particle) {
  return particle.restarted ? "restart" : "particle";
}

std::string tip(const results::IterationRecord& iteration, std::size_t id) {
  const results::ParticleRecord& particle = iteration.particles[id];
  return fmt::format("particle {}, iteration {}: {}{}{}{}", id, iteration.iteration, particle.pruned ? "at most " : "",
                     score(particle.utility), particle.restarted ? ", restarted" : "",
                     particle.stale ? ", not evaluated here" : "");
}

void draw_particles(const Iterations& iterations, Plot& plot) {
  const std::size_t particles = iterations.front().particles.size();
  for (std::size_t i = 0; i < particles; ++i) {
    plot.line(
        curve(iterations, [i](const results::IterationRecord& iteration) { return iteration.particles[i].utility; }),
        "faint");
  }
  if (particles * iterations.size() > most_marks) return;
  for (const results::IterationRecord& iteration : iterations) {
    for (std::size_t i = 0; i < particles; ++i) {
      const results::ParticleRecord& particle = iteration.particles[i];
      plot.mark({x_of(iteration), particle.utility}, shape_of(particle), class_of(particle), tip(iteration, i));
    }
  }
}

void draw_best(const Iterations& iterations, Plot& plot) {
  const auto best = [](const results::IterationRecord& iteration) { return iteration.best_utility; };
  plot.line(staircase(curve(iterations, best)), "best");
  for (const results::IterationRecord& iteration : iterations) {
    if (iteration.best_iteration != iteration.iteration) continue;
    plot.mark({x_of(iteration), iteration.best_utility}, Mark::dot, "best-dot",
              fmt::format("new global best: particle {}, iteration {}, {}", iteration.best_particle,
                          iteration.iteration, score(iteration.best_utility)));
  }
}

// The experts are the first particles of iteration 0.
double best_start(const results::RunRecord& run) {
  const std::vector<results::ParticleRecord>& particles = run.history.iterations.front().particles;
  std::vector<double> utilities;
  for (std::size_t k = 0; k < std::min(results::expert_names(run).size(), particles.size()); ++k) {
    utilities.push_back(particles[k].utility);
  }
  return range_of(utilities).high;
}

std::string utility_plot(const results::RunRecord& run) {
  const Iterations& iterations = run.history.iterations;
  const results::IterationRecord& last = iterations.back();
  const double start = best_start(run);
  Plot plot({920.0, 360.0, 150.0}, iteration_range(iterations), utility_range(iterations));
  plot.axes("iteration", "utility on the search examples (dev)");
  draw_particles(iterations, plot);
  plot.line(std::vector<Point>{{0.0, start}, {std::max(x_of(last), 1.0), start}}, "start");
  plot.line(curve(iterations, results::mean_utility), "mean");
  draw_best(iterations, plot);
  plot.end_label(last.best_utility, fmt::format("global best {}", score(last.best_utility)), "best");
  plot.end_label(results::mean_utility(last), fmt::format("mean {}", score(results::mean_utility(last))), "mean");
  plot.end_label(start, fmt::format("best expert {}", score(start)), "start");
  return plot.svg(fmt::format(
      "Utility over {}: the global best goes from {} to {}, the mean of the swarm from {} to {}.",
      counted(last.iteration, "iteration"), score(iterations.front().best_utility), score(last.best_utility),
      score(results::mean_utility(iterations.front())), score(results::mean_utility(last))));
}

bool any(const Iterations& iterations, bool results::ParticleRecord::*flag) {
  for (const results::IterationRecord& iteration : iterations) {
    for (const results::ParticleRecord& particle : iteration.particles) {
      if (particle.*flag) return true;
    }
  }
  return false;
}

// Only the marks that occur.
std::string key(const Iterations& iterations) {
  std::string html = mark_sample(Mark::dot, "particle") + " one particle";
  if (any(iterations, &results::ParticleRecord::restarted))
    html += mark_sample(Mark::triangle, "restart") + " restarted from its best";
  if (any(iterations, &results::ParticleRecord::stale))
    html += mark_sample(Mark::ring, "particle") + " not evaluated (earlier value)";
  if (any(iterations, &results::ParticleRecord::pruned)) {
    html += mark_sample(Mark::caret, "particle") + " cut short (upper bound; not in the mean)";
  }
  return html;
}

}  // namespace

std::string utility_section(const results::RunRecord& run) {
  const Iterations& iterations = run.history.iterations;
  return fmt::format(
      "<section>\n<h2>The search</h2>\n<figure class=\"scroll\">{}<figcaption>{}</figcaption></figure>\n</section>\n",
      utility_plot(run), key(iterations));
}

}  // namespace shoal::report
