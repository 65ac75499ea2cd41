#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal::report {

struct Point {
  double x = 0.0;
  double y = 0.0;
};

struct Range {
  double low = 0.0;
  double high = 1.0;
};

/// The smallest range that holds all finite values; {0, 1} when there is none.
Range range_of(std::span<const double> values);

/// `range` with 6 % of air above and below, never empty.
Range padded(Range range);

/// About `wanted` round numbers (1, 2 or 5 times a power of ten apart, at least `smallest_step`) inside `range`.
std::vector<double> ticks(Range range, int wanted, double smallest_step = 0.0);

/// Points that hold each value until the next one: for what is kept until it is replaced.
std::vector<Point> staircase(std::span<const Point> points);

/// Sizes in CSS pixels of the viewBox; `label_room` is kept free on the right for direct labels.
struct PlotSize {
  double width = 920.0;
  double height = 340.0;
  double label_room = 150.0;
};

enum class Mark { dot, ring, triangle, caret };

/// A line chart as inline SVG. Colours come from the page's style sheet through the class names given here.
class Plot {
 public:
  Plot(PlotSize size, Range x, Range y);

  /// Grid, ticks and titles; whole numbers on the x axis.
  void axes(std::string_view x_title, std::string_view y_title);

  /// A line through the points; a point that is not finite interrupts it.
  void line(std::span<const Point> points, std::string_view css);

  /// One mark with a tooltip; nothing when the point is not finite. `tip` is plain text.
  void mark(Point at, Mark shape, std::string_view css, std::string_view tip);

  /// A label right of the plot at height `y`, moved just enough not to overlap the others. `text` is plain text.
  void end_label(double y, std::string_view text, std::string_view css);

  /// The whole image; `description` (plain text) is what a screen reader says.
  std::string svg(std::string_view description) const;

 private:
  struct Label {
    double y;
    std::string text;
    std::string css;
  };

  double across(double x) const;
  double down(double y) const;
  double right_edge() const;
  double bottom_edge() const;
  std::string labels_svg() const;

  PlotSize size_;
  Range x_;
  Range y_;
  std::string body_;
  std::vector<Label> labels_;
};

/// One mark alone in a small image, for the key under a plot.
std::string mark_sample(Mark shape, std::string_view css);

}  // namespace shoal::report
