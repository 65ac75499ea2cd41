#include "weights/flat_layout.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"

namespace shoal::weights {
namespace {

std::size_t numel(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

/// Walks through a vector, tensor by tensor.
template <typename Number>
class Walk {
 public:
  explicit Walk(std::span<Number> flat) : rest_(flat) {}

  at::Tensor next(const std::vector<std::int64_t>& shape) {
    // ATen has no tensors of constant numbers; nobody writes to a delta.
    void* const data = const_cast<float*>(rest_.data());
    rest_ = rest_.subspan(numel(shape));
    return at::from_blob(data, shape, at::kFloat);
  }

 private:
  std::span<Number> rest_;
};

}  // namespace

FlatLayout::FlatLayout(const ModelDelta& example) {
  for (const auto& [module, pair] : example.low_rank) {
    low_rank_[module] = {pair.a.sizes().vec(), pair.b.sizes().vec(), pair.scale};
    size_ += static_cast<std::size_t>(pair.a.numel() + pair.b.numel());
  }
  for (const auto& [name, weight] : example.full) {
    full_[name] = weight.sizes().vec();
    size_ += static_cast<std::size_t>(weight.numel());
  }
}

void FlatLayout::flatten(const ModelDelta& delta, std::span<float> flat) const {
  expect(flat.size() == size_, "{} numbers for a layout of {}.", flat.size(), size_);
  Walk<float> walk(flat);
  for (const auto& [module, shapes] : low_rank_) {
    const LowRank& pair = delta.low_rank.at(module);
    walk.next(shapes.a).copy_(pair.a);
    walk.next(shapes.b).copy_(pair.b);
  }
  for (const auto& [name, shape] : full_) walk.next(shape).copy_(delta.full.at(name));
}

ModelDelta FlatLayout::view(std::span<const float> flat) const {
  expect(flat.size() == size_, "{} numbers for a layout of {}.", flat.size(), size_);
  ModelDelta delta;
  Walk<const float> walk(flat);
  for (const auto& [module, shapes] : low_rank_) {
    const at::Tensor a = walk.next(shapes.a);
    delta.low_rank[module] = {a, walk.next(shapes.b), shapes.scale};
  }
  for (const auto& [name, shape] : full_) delta.full[name] = walk.next(shape);
  return delta;
}

}  // namespace shoal::weights
