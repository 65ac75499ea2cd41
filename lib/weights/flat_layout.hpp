#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "weights/model_delta.hpp"

namespace shoal::weights {

/// How a delta lies in one vector of numbers: the factors A and B of each adapted layer in the order of the modules'
/// names, then the replaced parameters in the order of theirs.
class FlatLayout {
 public:
  /// The layout of every delta with the layers and shapes of `example`.
  explicit FlatLayout(const ModelDelta& example);

  /// Numbers in a vector.
  std::size_t size() const { return size_; }

  /// Writes the numbers of a delta of this layout as float32 into `flat`, which has size() places.
  void flatten(const ModelDelta& delta, std::span<float> flat) const;

  /// The delta that a vector means; its tensors are views of `flat`, which outlives them and is not written meanwhile.
  ModelDelta view(std::span<const float> flat) const;

 private:
  struct Pair {
    std::vector<std::int64_t> a;
    std::vector<std::int64_t> b;
    double scale;
  };

  std::map<std::string, Pair> low_rank_;
  std::map<std::string, std::vector<std::int64_t>> full_;
  std::size_t size_ = 0;
};

}  // namespace shoal::weights
