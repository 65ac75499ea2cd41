#include "report/html/bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html/text.hpp"

namespace shoal::report {
namespace {

// CSS pixels.
constexpr double bar_width = 168.0;
constexpr double bar_height = 18.0;
constexpr double weights_width = 920.0;
constexpr double most_name_width = 200.0;
constexpr double value_width = 64.0;
constexpr double row_height = 26.0;

std::string rectangle(double from, double to, double y, double height, std::string_view css) {
  return fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", css,
                     std::min(from, to), y, std::abs(to - from), height);
}

std::string whisker(double from, double to) {
  return fmt::format("<path class=\"whisker\" d=\"M{0:.1f} 5.5v7M{0:.1f} 9H{1:.1f}M{1:.1f} 5.5v7\"/>", from, to);
}

// Long names keep their beginning; the whole is in the tooltip.
std::string shortened(const std::string& name, std::size_t most) {
  if (name.size() <= most) return name;
  std::size_t cut = most - 1;
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xC0U) == 0x80U) --cut;  // not inside a UTF-8 character
  return name.substr(0, cut) + "…";
}

Range weight_scale(std::span<const NamedWeight> weights) {
  Range scale{0.0, 0.0};
  for (const NamedWeight& entry : weights) {
    scale = {std::min(scale.low, entry.weight), std::max(scale.high, entry.weight)};
  }
  return scale.high > scale.low ? scale : Range{0.0, 1.0};
}

// Room for the longest name at about 7.5 pixels a character, and for the gap to the bars.
double name_width(std::span<const NamedWeight> weights) {
  std::size_t longest = 0;
  for (const NamedWeight& entry : weights) longest = std::max(longest, entry.name.size());
  return std::min(most_name_width, 7.5 * static_cast<double>(longest) + 14.0);
}

std::string weight_row(const NamedWeight& entry, double y, double name_end, double zero, double end) {
  const bool negative = entry.weight < 0.0;
  const double value_x = negative ? std::min(zero, end) - 8.0 : std::max(zero, end) + 8.0;
  return fmt::format(
      "<g><title>{0}: {1}</title><text class=\"name end\" x=\"{2}\" y=\"{3:.1f}\">{4}</text>{5}"
      "<text class=\"value{6}\" x=\"{7:.1f}\" y=\"{3:.1f}\">{1}</text></g>\n",
      escape(entry.name), signed_score(entry.weight), name_end, y + 17.0, escape(shortened(entry.name, 26)),
      rectangle(zero, end, y + 5.0, row_height - 10.0, negative ? "negative" : "accent"), negative ? " end" : "",
      value_x);
}

}  // namespace

std::string score_bar(double value, double standard_error, Range scale, std::string_view css) {
  if (!std::isfinite(value) || !(scale.high > scale.low)) return "";
  const auto across = [&](double x) {
    return 1.0 + (std::clamp(x, scale.low, scale.high) - scale.low) / (scale.high - scale.low) * (bar_width - 2.0);
  };
  std::string body = rectangle(across(0.0), across(value), 3.0, bar_height - 6.0, css);
  if (std::isfinite(standard_error)) body += whisker(across(value - standard_error), across(value + standard_error));
  return fmt::format(
      "<svg class=\"bar\" role=\"img\" aria-label=\"{}, standard error {}\" viewBox=\"0 0 {:.0f} {:.0f}\">{}</svg>",
      score(value), score(standard_error), bar_width, bar_height, body);
}

std::string weight_bars(std::span<const NamedWeight> weights, std::string_view description) {
  const Range scale = weight_scale(weights);
  const double name_end = name_width(weights);
  const double low_edge = name_end + 12.0 + (scale.low < 0.0 ? value_width : 0.0);
  const double high_edge = weights_width - value_width;
  const auto across = [&](double weight) {
    return low_edge + (weight - scale.low) / (scale.high - scale.low) * (high_edge - low_edge);
  };
  const double height = row_height * static_cast<double>(weights.size()) + 4.0;
  std::string body;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    body += weight_row(weights[i], 2.0 + row_height * static_cast<double>(i), name_end, across(0.0),
                       across(weights[i].weight));
  }
  body += fmt::format("<path class=\"zero\" d=\"M{:.1f} 0V{:.1f}\"/>", across(0.0), height);
  return fmt::format("<svg class=\"plot\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0f} {:.0f}\">\n{}</svg>\n",
                     escape(description), weights_width, height, body);
}

}  // namespace shoal::report
