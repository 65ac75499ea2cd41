#include "task/utility.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/statistics.hpp"

namespace shoal::task {
namespace {

/// Stands in for the mean of a task on which everything is wrong, whose reciprocal does not exist (as published).
constexpr double floor_of_harmonic_mean = 0.01;

double harmonic_mean(std::span<const double> means) {
  double reciprocals = 0.0;
  for (const double m : means) reciprocals += 1.0 / (m == 0.0 ? floor_of_harmonic_mean : m);
  return static_cast<double>(means.size()) / reciprocals;
}

double weighted_mean(std::span<const double> means, std::span<const double> weights) {
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t t = 0; t < means.size(); ++t) {
    sum += weights[t] * means[t];
    total += weights[t];
  }
  return sum / total;
}

}  // namespace

const EnumNames<Combine>& combine_names() {
  static const EnumNames<Combine> names{"harmonic_mean", "mean", "min", "weighted"};
  return names;
}

Utility::Utility(Combine combine, std::vector<std::size_t> sizes, std::vector<double> weights)
    : combine_(combine), sizes_(std::move(sizes)), weights_(std::move(weights)) {
  expect(!sizes_.empty() && sizes_.size() == weights_.size(), "a utility needs a size and a weight per task.");
}

double Utility::combined(std::span<const double> means) const {
  if (means.size() == 1) return means[0];
  switch (combine_) {
    case Combine::harmonic_mean:
      return harmonic_mean(means);
    case Combine::mean:
      return mean(means);
    case Combine::min:
      return *std::ranges::min_element(means);
    case Combine::weighted:
      return weighted_mean(means, weights_);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> Utility::task_means(std::span<const double> scores) const {
  const std::size_t examples = std::accumulate(sizes_.begin(), sizes_.end(), std::size_t{0});
  expect(examples == scores.size(), "{} scores for {} examples.", scores.size(), examples);
  std::vector<double> means;
  std::size_t begin = 0;
  for (const std::size_t size : sizes_) {
    means.push_back(mean(scores.subspan(begin, size)));
    begin += size;
  }
  return means;
}

double Utility::value(std::span<const double> scores) const { return combined(task_means(scores)); }

// Means, sums and reciprocals are monotonic, also as rounded. The one exception is the harmonic mean's stand-in for 0:
// a task with no point so far may end with less than the stand-in, but above 0, and then weigh heavier.
Bounds Utility::bounds(std::span<const double> scores) const {
  std::vector<double> least(scores.begin(), scores.end());
  std::ranges::replace_if(
      least, [](double score) { return std::isnan(score); }, 0.0);
  std::vector<double> most(scores.begin(), scores.end());
  std::ranges::replace_if(
      most, [](double score) { return std::isnan(score); }, 1.0);
  std::vector<double> low = task_means(least);
  std::vector<double> high = task_means(most);
  if (combine_ != Combine::harmonic_mean || sizes_.size() == 1) return {combined(low), combined(high)};
  bool open_at_zero = false;
  for (std::size_t t = 0; t < low.size(); ++t) {
    if (low[t] == high[t]) continue;
    open_at_zero = open_at_zero || low[t] == 0.0;
    high[t] = std::max(high[t], floor_of_harmonic_mean);
  }
  return {open_at_zero ? 0.0 : combined(low), combined(high)};
}

// Stratified delete-one jackknife: var = sum_t (n_t - 1)/n_t sum_i (U_(t,i) - mean_i U_(t,i))^2, where U_(t,i) is the
// statistic without example i of task t.
template <typename Statistic>
double Utility::jackknife(Statistic statistic) const {
  double variance = 0.0;
  std::size_t begin = 0;
  for (std::size_t t = 0; t < sizes_.size(); ++t) {
    const auto n = static_cast<double>(sizes_[t]);
    if (sizes_[t] < 2) return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> without;
    for (std::size_t i = begin; i < begin + sizes_[t]; ++i) without.push_back(statistic(t, i));
    const double centre = mean(without);
    double squares = 0.0;
    for (const double value : without) squares += (value - centre) * (value - centre);
    variance += (n - 1.0) / n * squares;
    begin += sizes_[t];
  }
  return std::sqrt(variance);
}

Estimate Utility::estimate(std::span<const double> scores) const {
  const std::vector<double> means = task_means(scores);
  const auto without = [&](std::size_t t, std::size_t i) {
    std::vector<double> changed = means;
    const auto n = static_cast<double>(sizes_[t]);
    changed[t] = (means[t] * n - scores[i]) / (n - 1.0);
    return combined(changed);
  };
  return {combined(means), jackknife(without)};
}

Estimate Utility::difference(std::span<const double> a, std::span<const double> b) const {
  const std::vector<double> means_a = task_means(a);
  const std::vector<double> means_b = task_means(b);
  const auto without = [&](std::size_t t, std::size_t i) {
    std::vector<double> changed_a = means_a;
    std::vector<double> changed_b = means_b;
    const auto n = static_cast<double>(sizes_[t]);
    changed_a[t] = (means_a[t] * n - a[i]) / (n - 1.0);
    changed_b[t] = (means_b[t] * n - b[i]) / (n - 1.0);
    return combined(changed_a) - combined(changed_b);
  };
  return {combined(means_a) - combined(means_b), jackknife(without)};
}

}  // namespace shoal::task
