#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>

#include "model/parameters/model_variant.hpp"

namespace shoal::evaluation {

/// The materialised models of the positions being evaluated on this rank: each is built once, by the first thread that
/// needs it, and the one asked for the longest time ago is forgotten when there are too many. Safe to use from several
/// threads.
class VariantCache {
 public:
  using Variant = std::shared_ptr<const model::ModelVariant>;

  /// `capacity`: models kept at once, those in use by threads not counted when they are no longer kept.
  VariantCache(std::function<model::ModelVariant(std::size_t position)> build, std::size_t capacity)
      : build_(std::move(build)), capacity_(capacity) {}

  /// Rethrows what building that position threw, to every caller.
  Variant at(std::size_t position);

 private:
  std::function<model::ModelVariant(std::size_t)> build_;
  struct Kept {
    std::shared_future<Variant> variant;
    std::uint64_t last_asked = 0;
  };

  void forget_oldest();

  std::size_t capacity_;
  std::mutex mutex_;
  std::map<std::size_t, Kept> built_;
  std::uint64_t asked_ = 0;
};

}  // namespace shoal::evaluation
