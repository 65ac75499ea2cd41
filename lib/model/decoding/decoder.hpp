#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "model/decoding/step_rows.hpp"
#include "model/decoding/token_batch.hpp"
#include "model/kernel/rotary.hpp"
#include "model/kernel/row_operations.hpp"
#include "model/kernel/segment_attention.hpp"
#include "model/parameters/model_variant.hpp"

namespace shoal::model {

struct DecoderLayer;

/// The transformer at work for one block, or for the blocks of several variants of one base: the cache that its passes
/// share, and the rotation table. Belongs to one thread.
class Decoder {
 public:
  /// `variant` outlives this. `cancelled` is polled and `steps` counted up before every layer; both may be null.
  Decoder(const ModelVariant& variant, std::int64_t cache_rows, std::int64_t longest,
          const std::atomic<bool>* cancelled, std::atomic<std::uint64_t>* steps = nullptr);

  /// For variants that share all weights but their factors (see share_weights): a batch may have rows of each.
  Decoder(std::span<const ModelVariant* const> variants, std::int64_t cache_rows, std::int64_t longest,
          const std::atomic<bool>* cancelled, std::atomic<std::uint64_t>* steps = nullptr);

  /// Final hidden states [wanted, hidden], normed, in the compute type. Throws Cancelled.
  at::Tensor hidden(const TokenBatch& batch);

  /// Logits [rows, vocabulary] of hidden states [rows, hidden] of the first variant.
  at::Tensor logits(const at::Tensor& hidden) const;

  /// Logits [wanted, vocabulary]. Throws Cancelled.
  at::Tensor operator()(const TokenBatch& batch);

  /// A step of decoding with shapes that stay: logits [bucket, vocabulary]. On GPUs it only queues work; it is not
  /// cancelled.
  at::Tensor step(const StepInput& input) const;

 private:
  struct Rows;
  void run_layer(std::size_t layer, const SegmentAttention& attention, Rows& rows);
  void run_last_layer(const TokenBatch& batch, Rows& rows);
  AttentionBuffers buffers_for(std::size_t layer, const Rows& rows) const;
  void make_queries(std::size_t layer, Rows& rows, const AttentionBuffers& buffers) const;
  void finish_layer(std::size_t layer, const at::Tensor& mixed, Rows& rows) const;

  std::vector<const DecoderWeights*> variants_;
  const DecoderWeights& weights_;  // of the first variant: what all of them share is read here
  double eps_;
  AttentionShape shape_;
  RotaryTable rotary_;
  at::Tensor keys_;    // [layers, cache rows, kv]
  at::Tensor values_;  // [layers, cache rows, kv]
  const std::atomic<bool>* cancelled_;
  std::atomic<std::uint64_t>* steps_;
};

}  // namespace shoal::model
