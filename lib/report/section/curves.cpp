#include "report/section/curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "report/html/plot.hpp"
#include "report/html/text.hpp"
#include "results/history/metrics.hpp"

namespace shoal::report {
namespace {

using Iterations = std::vector<results::HistoryLine>;

// With more marks than this the page would be slow and the plot a cloud: then particles are lines only.
constexpr std::size_t most_marks = 4000;

double x_of(const results::HistoryLine& iteration) { return iteration.iteration; }

Range iteration_range(const Iterations& iterations) { return {0.0, x_of(iterations.back())}; }

template <typename Value>
std::vector<Point> curve(const Iterations& iterations, Value&& value) {
  std::vector<Point> points;
  for (const results::HistoryLine& iteration : iterations) points.push_back({x_of(iteration), value(iteration)});
  return points;
}

Range utility_range(const Iterations& iterations) {
  std::vector<double> values;
  for (const results::HistoryLine& iteration : iterations) {
    values.push_back(iteration.global_best.utility);
    for (const swarm::ParticleRecord& particle : iteration.particles) values.push_back(particle.utility);
  }
  return padded(range_of(values));
}

Mark shape_of(const swarm::ParticleRecord& particle) {
  if (particle.stale) return Mark::ring;
  if (particle.bounds) return Mark::caret;
  return particle.restarted ? Mark::triangle : Mark::dot;
}

std::string_view class_of(const swarm::ParticleRecord& particle) { return particle.restarted ? "restart" : "particle"; }

std::string tip(const results::HistoryLine& iteration, std::size_t id) {
  const swarm::ParticleRecord& particle = iteration.particles[id];
  return fmt::format("particle {}, iteration {}: {}{}{}{}", id, iteration.iteration, particle.bounds ? "at most " : "",
                     score(particle.utility), particle.restarted ? ", restarted" : "",
                     particle.stale ? ", not evaluated here" : "");
}

void draw_particles(const Iterations& iterations, Plot& plot) {
  const std::size_t particles = iterations.front().particles.size();
  for (std::size_t i = 0; i < particles; ++i) {
    plot.line(curve(iterations, [i](const results::HistoryLine& iteration) { return iteration.particles[i].utility; }),
              "faint");
  }
  if (particles * iterations.size() > most_marks) return;
  for (const results::HistoryLine& iteration : iterations) {
    for (std::size_t i = 0; i < particles; ++i) {
      const swarm::ParticleRecord& particle = iteration.particles[i];
      plot.mark({x_of(iteration), particle.utility}, shape_of(particle), class_of(particle), tip(iteration, i));
    }
  }
}

void draw_best(const Iterations& iterations, Plot& plot) {
  const auto best = [](const results::HistoryLine& iteration) { return iteration.global_best.utility; };
  plot.line(staircase(curve(iterations, best)), "best");
  for (const results::HistoryLine& iteration : iterations) {
    if (iteration.global_best.iteration != iteration.iteration) continue;
    plot.mark({x_of(iteration), iteration.global_best.utility}, Mark::dot, "best-dot",
              fmt::format("new global best: particle {}, iteration {}, {}", iteration.global_best.particle,
                          iteration.iteration, score(iteration.global_best.utility)));
  }
}

// The experts are the first particles of iteration 0.
double best_start(const results::RunRecord& run) {
  const std::vector<swarm::ParticleRecord>& particles = run.history.iterations.front().particles;
  std::vector<double> utilities;
  for (std::size_t k = 0; k < std::min(results::expert_names(run).size(), particles.size()); ++k) {
    utilities.push_back(particles[k].utility);
  }
  return range_of(utilities).high;
}

std::string utility_plot(const results::RunRecord& run) {
  const Iterations& iterations = run.history.iterations;
  const results::HistoryLine& last = iterations.back();
  const double start = best_start(run);
  Plot plot({920.0, 360.0, 150.0}, iteration_range(iterations), utility_range(iterations));
  plot.axes("iteration", "utility on the search examples (dev)");
  draw_particles(iterations, plot);
  plot.line(std::vector<Point>{{0.0, start}, {std::max(x_of(last), 1.0), start}}, "start");
  plot.line(curve(iterations, results::mean_utility), "mean");
  draw_best(iterations, plot);
  plot.end_label(last.global_best.utility, fmt::format("global best {}", score(last.global_best.utility)), "best");
  plot.end_label(results::mean_utility(last), fmt::format("mean {}", score(results::mean_utility(last))), "mean");
  plot.end_label(start, fmt::format("best expert {}", score(start)), "start");
  return plot.svg(
      fmt::format("Utility over {}: the global best goes from {} to {}, the mean of the swarm from {} to {}.",
                  counted(last.iteration, "iteration"), score(iterations.front().global_best.utility),
                  score(last.global_best.utility), score(results::mean_utility(iterations.front())),
                  score(results::mean_utility(last))));
}

bool any(const Iterations& iterations, const std::function<bool(const swarm::ParticleRecord&)>& holds) {
  for (const results::HistoryLine& iteration : iterations) {
    for (const swarm::ParticleRecord& particle : iteration.particles) {
      if (holds(particle)) return true;
    }
  }
  return false;
}

// Only the marks that occur.
std::string key(const Iterations& iterations) {
  std::string html = mark_sample(Mark::dot, "particle") + " one particle";
  if (any(iterations, &swarm::ParticleRecord::restarted))
    html += mark_sample(Mark::triangle, "restart") + " restarted from its best";
  if (any(iterations, &swarm::ParticleRecord::stale))
    html += mark_sample(Mark::ring, "particle") + " not evaluated (earlier value)";
  if (any(iterations, [](const auto& particle) { return particle.bounds.has_value(); })) {
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
