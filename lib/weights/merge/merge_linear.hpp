#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <span>
#include <vector>

#include "weights/merge/merge_method.hpp"
#include "weights/model_delta.hpp"

namespace shoal::weights {

/// The scalar products of n tensors with each other: all that the methods below need to know about them.
class Gram {
 public:
  explicit Gram(std::size_t size) : size_(size), products_(size * size, 0.0) {}

  std::size_t size() const { return size_; }
  double operator()(std::size_t i, std::size_t j) const { return products_[i * size_ + j]; }
  void set(std::size_t i, std::size_t j, double product);

 private:
  std::size_t size_;
  std::vector<double> products_;
};

/// Of float32 tensors of one shape, summed in float64.
Gram gram_of(std::span<const at::Tensor> tensors);

/// Of the products s_k B_k A_k, which are never formed: <B_i A_i, B_j A_j> = sum of (B_i^T B_j) * (A_i A_j^T).
Gram gram_of(std::span<const LowRank> pairs);

/// The result of a method that is not elementwise: sum_k coefficients[k] T_k + base W_0.
struct Combination {
  std::vector<double> coefficients;
  double base;
};

/// `gram` is that of the tensors themselves for slerp, that of their differences to the base for model_stock.
Combination combine(const MergeOptions& options, const Gram& gram);

}  // namespace shoal::weights
