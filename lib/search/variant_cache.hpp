#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>

#include "model/model_variant.hpp"

namespace shoal::search {

/// The materialised models of the positions being evaluated on this rank: each is built once, by the first thread that
/// needs it, and forgotten when later positions have taken its place. Safe to use from several threads.
class VariantCache {
 public:
  using Variant = std::shared_ptr<const model::ModelVariant>;

  explicit VariantCache(std::function<model::ModelVariant(std::size_t position)> build) : build_(std::move(build)) {}

  /// Rethrows what building that position threw, to every caller.
  Variant at(std::size_t position);

 private:
  std::function<model::ModelVariant(std::size_t)> build_;
  std::mutex mutex_;
  std::map<std::size_t, std::shared_future<Variant>> built_;
};

}  // namespace shoal::search
