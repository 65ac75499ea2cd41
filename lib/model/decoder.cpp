#include "model/decoder.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>

#include "model/attention.hpp"
#include "model/generation.hpp"
#include "model/language_model_weights.hpp"

namespace shoal::model {

namespace {

at::Tensor indices(const std::vector<std::int64_t>& values, at::Device device) {
  auto* data = const_cast<std::int64_t*>(values.data());  // only read: cloned or moved to the device at once
  return at::from_blob(data, {static_cast<std::int64_t>(values.size())}, at::kLong).clone().to(device);
}

at::Tensor make_cache(const LanguageModel::Weights& model, std::int64_t rows) {
  return at::empty({model.config.layers, rows, model.config.kv_size()}, model.options);
}

}  // namespace

/// The rows on their way through the layers.
struct Decoder::Rows {
  at::Tensor residual;  // [rows, hidden]
  at::Tensor update;    // [rows, hidden], not yet added to the residual; undefined at first
  RowPlacement placement;
};

Decoder::Decoder(const ModelVariant& variant, std::int64_t cache_rows, std::int64_t longest,
                 const std::atomic<bool>* cancelled)
    : variant_(variant), weights_(variant.weights()), cancelled_(cancelled) {
  const LanguageModel::Weights& model = variant.base().weights();
  const ModelConfig& config = model.config;
  shape_ = {config.heads, config.kv_heads, config.head_dim};
  const auto type = model.options.dtype().toScalarType();
  rotary_ = make_rotary_table(config.rope, config.head_dim, longest, type);
  rotary_.cosine = rotary_.cosine.to(model.options.device());
  rotary_.sine = rotary_.sine.to(model.options.device());
  keys_ = make_cache(model, cache_rows);
  values_ = make_cache(model, cache_rows);
}

// In the last layer only the wanted rows go on once every row's key and value are stored.
void Decoder::keep_wanted(const TokenBatch& batch, at::Tensor& qkv, Rows& rows) const {
  std::vector<std::int64_t> chosen;
  for (const AttentionSegment& segment : batch.wanted) chosen.push_back(segment.first_row);
  const at::Tensor index = indices(chosen, qkv.device());
  qkv = qkv.index_select(0, index);
  rows.residual = rows.residual.index_select(0, index);
}

// x <- x + Output(Attention(norm(x)));  x <- x + Down(silu(Gate(norm(x))) * Up(norm(x)))
void Decoder::run_layer(std::size_t layer, const TokenBatch& batch, Rows& rows) {
  const DecoderLayer& weights = weights_.layers[layer];
  const double eps = variant_.base().config().rms_norm_eps;
  const at::Tensor keys = keys_[static_cast<std::int64_t>(layer)];
  const at::Tensor values = values_[static_cast<std::int64_t>(layer)];
  at::Tensor qkv = weights.qkv(add_norm(rows.residual, rows.update, weights.input_norm, eps));
  rotate_and_store(qkv, shape_.head_dim, rows.placement, rotary_, keys, values);
  const bool last = layer + 1 == weights_.layers.size();
  std::vector<AttentionSegment> renumbered;
  if (last) {
    keep_wanted(batch, qkv, rows);
    renumbered = batch.wanted;
    for (std::size_t i = 0; i < renumbered.size(); ++i) renumbered[i].first_row = static_cast<std::int64_t>(i);
  }
  const at::Tensor mixed = attend(shape_, last ? renumbered : batch.segments, qkv, keys, values);
  const at::Tensor normed = add_norm(rows.residual, weights.output(mixed), weights.post_norm, eps);
  rows.update = weights.down(gate(weights.gate_up(normed)));
}

at::Tensor Decoder::operator()(const TokenBatch& batch) {
  const at::Device device = keys_.device();
  Rows rows{.residual = weights_.embedding.index_select(0, indices(batch.tokens, device)),
            .update = {},
            .placement = {indices(batch.positions, device), indices(batch.slots, device)}};
  for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
    if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) throw Cancelled{};
    run_layer(layer, batch, rows);
  }
  return weights_.head(add_norm(rows.residual, rows.update, weights_.norm, variant_.base().config().rms_norm_eps));
}

}  // namespace shoal::model
