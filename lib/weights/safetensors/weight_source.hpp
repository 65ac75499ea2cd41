#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace shoal::weights {

/// Where the weights come from of processes that all need the same: each reads the files, or one reads and the others
/// receive what it has read.
struct WeightSource {
  bool reads = true;
  /// Gives the reading process's numbers to all others, in place; all call it for the same weights in the same order.
  /// Empty: every process reads.
  std::function<void(const at::Tensor&)> spread{};

  /// The weights that `read` returns where they are read, of this shape, type and device: on every process the same
  /// bits, in memory of its own unless every process reads.
  at::Tensor fetch(at::IntArrayRef shape, const at::TensorOptions& options,
                   const std::function<at::Tensor()>& read) const;
};

}  // namespace shoal::weights
