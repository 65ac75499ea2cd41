#include "evaluation/variant_cache.hpp"

#include <algorithm>

namespace shoal::evaluation {

VariantCache::Variant VariantCache::at(std::size_t position) {
  std::promise<Variant> promise;
  std::shared_future<Variant> variant;
  bool mine = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = built_.find(position);
    mine = found == built_.end();
    variant = mine ? promise.get_future().share() : found->second.variant;
    built_[position] = {variant, ++asked_};
    if (built_.size() > capacity_) forget_oldest();
  }
  if (mine) {
    try {
      promise.set_value(std::make_shared<const model::ModelVariant>(build_(position)));
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }
  return variant.get();
}

void VariantCache::forget_oldest() {
  built_.erase(std::ranges::min_element(built_, {}, [](const auto& named) { return named.second.last_asked; }));
}

}  // namespace shoal::evaluation
