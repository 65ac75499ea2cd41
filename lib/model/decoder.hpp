#pragma once

#include <atomic>
#include <cstdint>

#include "model/model_variant.hpp"
#include "model/rotary.hpp"
#include "model/row_operations.hpp"
#include "model/token_batch.hpp"

namespace shoal::model {

/// The transformer at work for one block: the variant, the cache that its passes share, and the rotation table. Belongs
/// to one thread.
class Decoder {
 public:
  /// `cancelled` is polled before every layer and may be null.
  Decoder(const ModelVariant& variant, std::int64_t cache_rows, std::int64_t longest,
          const std::atomic<bool>* cancelled);

  /// Logits [wanted, vocabulary] in the compute type. Throws Cancelled.
  at::Tensor operator()(const TokenBatch& batch);

 private:
  struct Rows;
  void run_layer(std::size_t layer, const TokenBatch& batch, Rows& rows);
  void keep_wanted(const TokenBatch& batch, at::Tensor& qkv, Rows& rows) const;

  const ModelVariant& variant_;
  const DecoderWeights& weights_;
  AttentionShape shape_;
  RotaryTable rotary_;
  at::Tensor keys_;    // [layers, cache rows, kv]
  at::Tensor values_;  // [layers, cache rows, kv]
  const std::atomic<bool>* cancelled_;
};

}  // namespace shoal::model
