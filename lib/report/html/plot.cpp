#include "report/html/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html/text.hpp"

namespace shoal::report {
namespace {

// Margins in CSS pixels: tick labels on the left, the y title on top, tick labels and the x title below.
constexpr double left_margin = 48.0;
constexpr double top_margin = 30.0;
constexpr double bottom_margin = 42.0;
constexpr double label_distance = 16.0;

bool finite(Point point) { return std::isfinite(point.x) && std::isfinite(point.y); }

// 1, 2 or 5 times a power of ten, at least `step`.
double round_step(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1.0 - 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

std::string tick_text(double value, double step) {
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  return fmt::format("{:.{}f}", value == 0.0 ? 0.0 : value, decimals);
}

double tick_step(const std::vector<double>& ticks) { return ticks.size() > 1 ? ticks[1] - ticks[0] : 1.0; }

std::string shape_svg(Mark shape, double x, double y, std::string_view css, std::string_view inside) {
  switch (shape) {
    case Mark::dot:
      return fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.4\">{}</circle>", css, x, y, inside);
    case Mark::ring:
      return fmt::format("<circle class=\"hollow {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\">{}</circle>", css, x, y,
                         inside);
    case Mark::triangle:
      return fmt::format("<path class=\"{}\" d=\"M{:.1f} {:.1f}l4.5 8h-9z\">{}</path>", css, x, y - 5.0, inside);
    case Mark::caret:
      return fmt::format("<path class=\"hollow {}\" d=\"M{:.1f} {:.1f}l4 6l4 -6\">{}</path>", css, x - 4.0, y, inside);
  }
  return "";
}

// From top to bottom, each at least `label_distance` below the one before; then pushed up from the bottom edge.
void spread_apart(std::vector<double>& heights, double lowest) {
  for (std::size_t i = 1; i < heights.size(); ++i) heights[i] = std::max(heights[i], heights[i - 1] + label_distance);
  double limit = lowest;
  for (auto height = heights.rbegin(); height != heights.rend(); ++height) {
    *height = std::min(*height, limit);
    limit = *height - label_distance;
  }
}

}  // namespace

Range range_of(std::span<const double> values) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    range = {std::min(range.low, value), std::max(range.high, value)};
  }
  return range.low <= range.high ? range : Range{};
}

Range padded(Range range) {
  const double extent = range.high - range.low;
  const double air = extent > 0.0 ? 0.06 * extent : std::max(0.05 * std::abs(range.high), 1e-3);
  return {range.low - air, range.high + air};
}

std::vector<double> ticks(Range range, int wanted, double smallest_step) {
  const double extent = range.high - range.low;
  if (!(extent > 0.0)) return {range.low};
  const double step = std::max(round_step(extent / wanted), smallest_step);
  std::vector<double> values;
  for (double n = std::ceil(range.low / step - 1e-9); n * step <= range.high + 1e-9 * step; ++n)
    values.push_back(n * step + 0.0);  // + 0.0: no "-0"
  return values;
}

std::vector<Point> staircase(std::span<const Point> points) {
  std::vector<Point> steps;
  for (const Point point : points) {
    if (!steps.empty()) steps.push_back({point.x, steps.back().y});
    steps.push_back(point);
  }
  return steps;
}

Plot::Plot(PlotSize size, Range x, Range y) : size_(size), x_(x), y_(y) {
  if (!(x_.high > x_.low)) x_.high = x_.low + 1.0;
}

double Plot::right_edge() const { return size_.width - size_.label_room; }
double Plot::bottom_edge() const { return size_.height - bottom_margin; }

double Plot::across(double x) const {
  return left_margin + (x - x_.low) / (x_.high - x_.low) * (right_edge() - left_margin);
}

double Plot::down(double y) const {
  return bottom_edge() - (y - y_.low) / (y_.high - y_.low) * (bottom_edge() - top_margin);
}

void Plot::axes(std::string_view x_title, std::string_view y_title) {
  const std::vector<double> rows = ticks(y_, 5);
  for (const double y : rows) {
    body_ += fmt::format(
        "<path class=\"grid\" d=\"M{} {:.1f}H{:.1f}\"/><text class=\"tick end\" x=\"{}\" y=\"{:.1f}\">{}</text>\n",
        left_margin, down(y), right_edge(), left_margin - 8.0, down(y) + 4.0, tick_text(y, tick_step(rows)));
  }
  for (const double x : ticks(x_, 10, 1.0)) {
    body_ += fmt::format("<text class=\"tick mid\" x=\"{:.1f}\" y=\"{:.1f}\">{:.0f}</text>\n", across(x),
                         bottom_edge() + 18.0, x);
  }
  body_ += fmt::format(
      "<text class=\"axis\" x=\"0\" y=\"14\">{}</text><text class=\"axis end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
      escape(y_title), right_edge(), bottom_edge() + 36.0, escape(x_title));
}

void Plot::line(std::span<const Point> points, std::string_view css) {
  std::string path;
  bool drawing = false;
  for (const Point point : points) {
    if (finite(point)) path += fmt::format("{}{:.1f} {:.1f}", drawing ? 'L' : 'M', across(point.x), down(point.y));
    drawing = finite(point);
  }
  if (!path.empty()) body_ += fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", css, path);
}

void Plot::mark(Point at, Mark shape, std::string_view css, std::string_view tip) {
  if (!finite(at)) return;
  body_ += shape_svg(shape, across(at.x), down(at.y), css, fmt::format("<title>{}</title>", escape(tip))) + "\n";
}

void Plot::end_label(double y, std::string_view text, std::string_view css) {
  if (std::isfinite(y)) labels_.push_back({down(y), escape(text), std::string(css)});
}

std::string Plot::labels_svg() const {
  std::vector<Label> sorted = labels_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
  std::vector<double> heights;
  for (const Label& label : sorted) heights.push_back(label.y);
  spread_apart(heights, bottom_edge());
  std::string svg;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    svg += fmt::format("<text class=\"label {}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", sorted[i].css,
                       right_edge() + 10.0, heights[i] + 4.0, sorted[i].text);
  }
  return svg;
}

std::string Plot::svg(std::string_view description) const {
  return fmt::format("<svg class=\"plot\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0f} {:.0f}\">\n{}{}</svg>\n",
                     escape(description), size_.width, size_.height, body_, labels_svg());
}

std::string mark_sample(Mark shape, std::string_view css) {
  return fmt::format("<svg class=\"sample\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">{}</svg>",
                     shape_svg(shape, 7.0, shape == Mark::caret ? 4.0 : 7.0, css, ""));
}

}  // namespace shoal::report
