#include "search/variant_cache.hpp"

namespace shoal::search {

VariantCache::Variant VariantCache::at(std::size_t position) {
  std::promise<Variant> promise;
  std::shared_future<Variant> variant;
  bool mine = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = built_.find(position);
    mine = found == built_.end();
    variant = mine ? promise.get_future().share() : found->second;
    if (mine) built_.emplace(position, variant);
    // Blocks are handed out in the order of positions: two positions back nobody asks any more.
    while (built_.begin()->first + 1 < position) built_.erase(built_.begin());
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

}  // namespace shoal::search
