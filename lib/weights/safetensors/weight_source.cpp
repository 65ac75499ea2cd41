#include "weights/safetensors/weight_source.hpp"

#include <ATen/ops/empty.h>

namespace shoal::weights {

at::Tensor WeightSource::fetch(at::IntArrayRef shape, const at::TensorOptions& options,
                               const std::function<at::Tensor()>& read) const {
  if (!spread) return read();
  const at::Tensor weights = at::empty(shape, options);
  if (reads) weights.copy_(read());
  spread(weights);
  return weights;
}

}  // namespace shoal::weights
