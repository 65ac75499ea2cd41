#include "report/html/text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace shoal::report {
namespace {

std::string entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {c};
  }
}

// The hyphen of printf is narrower than a digit; U+2212 keeps columns of signed numbers aligned.
std::string with_true_minus(std::string_view number) {
  return number.starts_with('-') ? fmt::format("−{}", number.substr(1)) : std::string(number);
}

std::string error_html(double standard_error) {
  if (!std::isfinite(standard_error)) return "";
  return fmt::format("\u00a0<span class=\"se\">±\u00a0{:.3f}</span>", standard_error);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) html += entity(c);
  return html;
}

std::string score(double value) { return std::isfinite(value) ? with_true_minus(fmt::format("{:.3f}", value)) : "–"; }

std::string signed_score(double value) {
  return std::isfinite(value) ? with_true_minus(fmt::format("{:+.3f}", value)) : "–";
}

std::string score_with_error(double value, double standard_error) { return score(value) + error_html(standard_error); }

std::string signed_score_with_error(double value, double standard_error) {
  return signed_score(value) + error_html(standard_error);
}

std::string count(std::int64_t value) {
  if (value < 0) return fmt::format("−{}", count(-value));
  if (value < 1000) return fmt::format("{}", value);
  return fmt::format("{},{:03}", count(value / 1000), value % 1000);
}

std::string counted(std::int64_t value, std::string_view noun) {
  return fmt::format("{} {}{}", count(value), noun, value == 1 ? "" : "s");
}

std::string percent(double rate) { return fmt::format("{:.1f} %", 100.0 * rate); }

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0.0) return "–";
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", count(whole / 3600), whole % 3600 / 60);
}

std::string memory(std::int64_t bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024.0 && unit + 1 < units.size(); ++unit) value /= 1024.0;
  return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, units[unit]);
}

}  // namespace shoal::report
