#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/html/plot.hpp"

namespace shoal::report {

/// A small horizontal bar from zero to `value` with a whisker of one standard error each side. `scale` holds zero and
/// is the same for all bars of a table.
std::string score_bar(double value, double standard_error, Range scale, std::string_view css);

struct NamedWeight {
  std::string name;
  double weight = 0.0;
};

/// Signed horizontal bars around a common zero line, one per weight, in the order given; names and values are printed
/// beside them.
std::string weight_bars(std::span<const NamedWeight> weights, std::string_view description);

}  // namespace shoal::report
