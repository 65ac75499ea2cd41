#include "weights/merge/merge_linear.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace shoal::weights {
namespace {

/// In float64, in a fixed order.
double product(const at::Tensor& left, const at::Tensor& right) {
  const float* x = left.const_data_ptr<float>();
  const float* y = right.const_data_ptr<float>();
  std::array<double, 4> sums{};
  const std::int64_t count = left.numel();
  for (std::int64_t i = 0; i < count; ++i) {
    sums[static_cast<std::size_t>(i % 4)] += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double product(const LowRank& left, const LowRank& right) {
  if (left.a.size(0) == 0 || right.a.size(0) == 0) return 0.0;
  const at::Tensor b = at::matmul(left.b.to(at::kDouble).t(), right.b.to(at::kDouble));
  const at::Tensor a = at::matmul(left.a.to(at::kDouble), right.a.to(at::kDouble).t());
  return left.scale * right.scale * b.mul(a).sum().item<double>();
}

template <typename T>
Gram products_of(std::span<const T> all) {
  Gram gram(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) gram.set(i, j, product(all[i], all[j]));
  }
  return gram;
}

std::vector<double> weights_of(const MergeOptions& options, std::size_t experts) {
  std::vector<double> weights;
  for (std::size_t k = 0; k < experts; ++k) weights.push_back(options.weight(k));
  return weights;
}

std::vector<double> shares_of(std::vector<double> weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// sum_i c_i <T_i, T_k>
double product_with(const Gram& gram, std::span<const double> c, std::size_t k) {
  double sum = 0.0;
  for (std::size_t i = 0; i < c.size(); ++i) sum += c[i] * gram(i, k);
  return sum;
}

double norm_of(double square) {
  constexpr double smallest = 1e-8;
  const double norm = std::sqrt(std::max(square, 0.0));
  return norm > smallest ? norm : 1.0;
}

struct Pair {
  double first;
  double second;
};

// sin((1-t) theta) / sin(theta) and sin(t theta) / sin(theta); 1 - t and t where the two are (anti)parallel.
Pair arc(double cosine, double t) {
  constexpr double parallel = 0.9995;
  if (std::abs(cosine) > parallel) return {1.0 - t, t};
  const double angle = std::acos(cosine);
  return {std::sin((1.0 - t) * angle) / std::sin(angle), std::sin(t * angle) / std::sin(angle)};
}

// m <- T_1;  for k = 2 .. n:  m <- slerp(m, T_k; t = w_k / (w_1 + .. + w_k)), as coefficients of m
std::vector<double> slerp(std::span<const double> weights, const Gram& gram) {
  std::vector<double> c(weights.size(), 0.0);
  c[0] = 1.0;
  double sum = weights[0];
  for (std::size_t k = 1; k < weights.size(); ++k) {
    sum += weights[k];
    const double t = sum > 0.0 ? weights[k] / sum : 0.0;
    double square = 0.0;
    for (std::size_t i = 0; i < k; ++i) square += c[i] * product_with(gram, c, i);
    const double cosine = product_with(gram, c, k) / (norm_of(square) * norm_of(gram(k, k)));
    const Pair factors = arc(std::clamp(cosine, -1.0, 1.0), t);
    for (double& coefficient : c) coefficient *= factors.first;
    c[k] = factors.second;
  }
  return c;
}

double mean_cosine(const Gram& gram) {
  constexpr double smallest = 1e-6;
  double sum = 0.0;
  int pairs = 0;
  for (std::size_t i = 0; i < gram.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j, ++pairs) {
      const double norms = std::sqrt(gram(i, i)) * std::sqrt(gram(j, j));
      sum += std::clamp(gram(i, j) / std::max(norms, smallest), -1.0, 1.0);
    }
  }
  return sum / pairs;
}

// t = n cos / (1 + (n-1) cos);  W = t mean(W_k) + (1-t) W_0. Opposed experts for which t has a pole leave the base.
double model_stock(const Gram& gram) {
  constexpr double smallest = 1e-6;
  const auto n = static_cast<double>(gram.size());
  const double cosine = mean_cosine(gram);
  const double denominator = 1.0 + (n - 1.0) * cosine;
  return std::abs(denominator) < smallest ? 0.0 : n * cosine / denominator;
}

}  // namespace

void Gram::set(std::size_t i, std::size_t j, double product) {
  products_[i * size_ + j] = product;
  products_[j * size_ + i] = product;
}

Gram gram_of(std::span<const at::Tensor> tensors) { return products_of(tensors); }

Gram gram_of(std::span<const LowRank> pairs) { return products_of(pairs); }

Combination combine(const MergeOptions& options, const Gram& gram) {
  const std::size_t experts = gram.size();
  const std::vector<double> weights = weights_of(options, experts);
  switch (options.method) {
    case MergeMethod::uniform_soup:
    case MergeMethod::linear:
      return {shares_of(weights), 0.0};
    case MergeMethod::task_arithmetic:
      return {weights, 1.0 - std::accumulate(weights.begin(), weights.end(), 0.0)};
    case MergeMethod::slerp:
      return {slerp(weights, gram), 0.0};
    case MergeMethod::model_stock: {
      const double t = model_stock(gram);
      return {std::vector<double>(experts, t / static_cast<double>(experts)), 1.0 - t};
    }
    default:
      fail(ExitCode::internal, "an elementwise merge has no coefficients.");
  }
}

}  // namespace shoal::weights
