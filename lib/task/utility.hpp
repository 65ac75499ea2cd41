#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/enum_names.hpp"

namespace shoal::task {

/// How the mean scores of several tasks become one utility.
enum class Combine { harmonic_mean, mean, min, weighted };

const EnumNames<Combine>& combine_names();

/// A value with its standard error.
struct Estimate {
  double value = 0.0;
  double standard_error = 0.0;
};

/// What a utility is known to lie between.
struct Bounds {
  double lower = 0.0;
  double upper = 0.0;
};

/// The utility of per-example scores that are laid out task after task. With one task it is the mean score.
class Utility {
 public:
  /// `sizes[t]` is the number of examples of task t; `weights` matter for Combine::weighted only (a weighted mean).
  Utility(Combine combine, std::vector<std::size_t> sizes, std::vector<double> weights);

  double value(std::span<const double> scores) const;

  /// Where the utility lies when scores that are NaN are not known yet but each in [0, 1]. Exact as floating-point
  /// numbers: whatever the missing scores turn out to be, `value` is not outside. With none missing both are the value.
  Bounds bounds(std::span<const double> scores) const;

  /// Mean score of each task.
  std::vector<double> task_means(std::span<const double> scores) const;

  /// Value with its delete-one jackknife standard error, examples deleted task by task (for one task: s / sqrt(n)).
  Estimate estimate(std::span<const double> scores) const;

  /// Difference a - b with its standard error, the same example deleted from both: the paired test of two evaluations.
  Estimate difference(std::span<const double> a, std::span<const double> b) const;

 private:
  double combined(std::span<const double> means) const;
  template <typename Statistic>
  double jackknife(Statistic statistic) const;

  Combine combine_;
  std::vector<std::size_t> sizes_;
  std::vector<double> weights_;
};

}  // namespace shoal::task
