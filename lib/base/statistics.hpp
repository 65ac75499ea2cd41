#pragma once

#include <span>

namespace shoal {

/// Arithmetic mean; 0 for no values.
double mean(std::span<const double> values);

/// Standard error of the mean, s / sqrt(n) with n - 1 in s; not a number for fewer than two values.
double standard_error(std::span<const double> values);

}  // namespace shoal
