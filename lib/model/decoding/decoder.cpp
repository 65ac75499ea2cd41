#include "model/decoding/decoder.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index_select.h>

#include <algorithm>

#include "model/decoding/generation.hpp"
#include "model/kernel/attention.hpp"
#include "model/kernel/row_padding.hpp"
#include "model/parameters/language_model_weights.hpp"

namespace shoal::model {

namespace {

constexpr std::int64_t longest_chunk = 256;  // rows

at::Tensor indices(const std::vector<std::int64_t>& values, at::Device device) {
  auto* data = const_cast<std::int64_t*>(values.data());  // only read: cloned or moved to the device at once
  return at::from_blob(data, {static_cast<std::int64_t>(values.size())}, at::kLong).clone().to(device);
}

at::Tensor make_cache(const LanguageModel::Weights& model, std::int64_t rows) {
  return at::empty({model.config.layers, rows, model.config.kv_size()}, model.options);
}

at::Tensor first_rows(const std::vector<AttentionSegment>& segments, at::Device device) {
  std::vector<std::int64_t> rows;
  for (const AttentionSegment& segment : segments) rows.push_back(segment.first_row);
  return indices(rows, device);
}

// The same one-row segments when their rows have become rows 0, 1, 2, …
std::vector<AttentionSegment> renumbered(std::vector<AttentionSegment> segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) segments[i].first_row = static_cast<std::int64_t>(i);
  return segments;
}

std::vector<VariantRows> variants_of(const TokenBatch& batch) {
  if (!batch.variants.empty()) return batch.variants;
  return {{0, 0, static_cast<std::int64_t>(batch.tokens.size())}};
}

// The same variants when of their rows only the wanted ones are left.
std::vector<VariantRows> variants_of_wanted(const TokenBatch& batch) {
  std::vector<VariantRows> left;
  std::int64_t first = 0;
  for (const VariantRows& all : variants_of(batch)) {
    const auto count = std::ranges::count_if(batch.wanted, [&](const AttentionSegment& segment) {
      return segment.first_row >= all.first && segment.first_row < all.first + all.count;
    });
    left.push_back({all.variant, first, count});
    first += count;
  }
  return left;
}

std::vector<const DecoderWeights*> weights_of(std::span<const ModelVariant* const> variants) {
  std::vector<const DecoderWeights*> weights;
  for (const ModelVariant* variant : variants) weights.push_back(&variant->weights());
  return weights;
}

// x W^T for all rows at once, and to each row what its own variant adds. `first` is the number of x's first row.
template <typename LinearOf>
at::Tensor multiply(std::span<const DecoderWeights* const> variants, std::span<const VariantRows> owners,
                    const at::Tensor& x, std::int64_t first, const LinearOf& linear_of) {
  if (owners.size() == 1) return linear_of(*variants[owners.front().variant])(x);
  at::Tensor y = linear_of(*variants.front()).base()(x);
  for (const VariantRows& own : owners) {
    const std::int64_t begin = std::max(own.first - first, std::int64_t{0});
    const std::int64_t end = std::min(own.first + own.count - first, x.size(0));
    if (begin >= end) continue;
    linear_of(*variants[own.variant]).add_factors(x.narrow(0, begin, end - begin), y.narrow(0, begin, end - begin));
  }
  return y;
}

}  // namespace

/// The rows on their way through the layers. What works row by row does so on chunks, so that the wide intermediates
/// stay in the processor's cache and small enough for the allocator to keep (measured: 5 % of a prefill of 5,000 rows).
struct Decoder::Rows {
  at::Tensor residual;  // [rows, hidden]
  RowPlacement placement;
  std::vector<VariantRows> variants;
  std::int64_t first_slot = 0;
  std::vector<at::Tensor> updates = {};  // per chunk [chunk, hidden], not yet added to the residual; empty at first

  std::int64_t count() const { return residual.size(0); }
  std::int64_t chunks() const { return residual.is_cpu() ? (count() + longest_chunk - 1) / longest_chunk : 1; }
  // About equal ones, and of a size that needs no padding; the last takes what is left.
  std::int64_t longest() const { return chunks() == 1 ? count() : padded_rows((count() + chunks() - 1) / chunks()); }
  std::int64_t start(std::int64_t chunk) const { return std::min(chunk * longest(), count()); }
  std::int64_t size(std::int64_t chunk) const { return start(chunk + 1) - start(chunk); }
  at::Tensor part(const at::Tensor& all, std::int64_t chunk) const { return all.narrow(0, start(chunk), size(chunk)); }
  at::Tensor update(std::int64_t chunk) const {
    return updates.empty() ? at::Tensor() : updates[static_cast<std::size_t>(chunk)];
  }
};

Decoder::Decoder(const ModelVariant& variant, std::int64_t cache_rows, std::int64_t longest,
                 const std::atomic<bool>* cancelled, std::atomic<std::uint64_t>* steps)
    : Decoder(std::vector<const ModelVariant*>{&variant}, cache_rows, longest, cancelled, steps) {}

Decoder::Decoder(std::span<const ModelVariant* const> variants, std::int64_t cache_rows, std::int64_t longest,
                 const std::atomic<bool>* cancelled, std::atomic<std::uint64_t>* steps)
    : variants_(weights_of(variants)),
      weights_(*variants_.front()),
      eps_(variants.front()->base().config().rms_norm_eps),
      cancelled_(cancelled),
      steps_(steps) {
  const LanguageModel::Weights& model = variants.front()->base().weights();
  const ModelConfig& config = model.config;
  shape_ = {config.heads, config.kv_heads, config.head_dim};
  const auto type = model.options.dtype().toScalarType();
  rotary_ = make_rotary_table(config.rope, config.head_dim, longest, type);
  rotary_.cosine = rotary_.cosine.to(model.options.device());
  rotary_.sine = rotary_.sine.to(model.options.device());
  keys_ = make_cache(model, cache_rows);
  values_ = make_cache(model, cache_rows);
}

// x <- x + update of the layer before;  queries, keys, values <- rotate(QKV(norm(x)))
void Decoder::make_queries(std::size_t layer, Rows& rows, const AttentionBuffers& buffers) const {
  const DecoderLayer& weights = weights_.layers[layer];
  const auto qkv = [&](const DecoderWeights& variant) -> const AdaptedLinear& { return variant.layers[layer].qkv; };
  for (std::int64_t chunk = 0; chunk < rows.chunks(); ++chunk) {
    const at::Tensor normed = add_norm(rows.part(rows.residual, chunk), rows.update(chunk), weights.input_norm, eps_);
    const at::Tensor product = multiply(variants_, rows.variants, normed, rows.start(chunk), qkv);
    rotate_and_store(product, shape_.head_dim, rows.placement.narrow(rows.start(chunk), rows.size(chunk)), rotary_,
                     {rows.part(buffers.queries, chunk), buffers.keys, buffers.values});
  }
}

// x <- x + Output(mixed);  update <- Down(silu(Gate(norm(x))) * Up(norm(x)))
void Decoder::finish_layer(std::size_t layer, const at::Tensor& mixed, Rows& rows) const {
  const DecoderLayer& weights = weights_.layers[layer];
  rows.updates.clear();
  for (std::int64_t chunk = 0; chunk < rows.chunks(); ++chunk) {
    const auto times = [&](const at::Tensor& x, AdaptedLinear DecoderLayer::*linear) {
      return multiply(
          variants_, rows.variants, x, rows.start(chunk),
          [&](const DecoderWeights& variant) -> const AdaptedLinear& { return variant.layers[layer].*linear; });
    };
    const at::Tensor attended = times(rows.part(mixed, chunk), &DecoderLayer::output);
    const at::Tensor normed = add_norm(rows.part(rows.residual, chunk), attended, weights.post_norm, eps_);
    rows.updates.push_back(times(gate(times(normed, &DecoderLayer::gate_up)), &DecoderLayer::down));
  }
}

AttentionBuffers Decoder::buffers_for(std::size_t layer, const Rows& rows) const {
  const auto index = static_cast<std::int64_t>(layer);
  const auto cache = [&](const at::Tensor& all) {
    return all[index].narrow(0, rows.first_slot, all.size(1) - rows.first_slot);
  };
  return {at::empty({rows.count(), shape_.heads * shape_.head_dim}, keys_.options()), cache(keys_), cache(values_)};
}

void Decoder::run_layer(std::size_t layer, const SegmentAttention& attention, Rows& rows) {
  const AttentionBuffers buffers = buffers_for(layer, rows);
  make_queries(layer, rows, buffers);
  finish_layer(layer, attention(buffers), rows);
}

// In the last layer only the wanted rows go on once every row's key and value are stored.
void Decoder::run_last_layer(const TokenBatch& batch, Rows& rows) {
  const std::size_t layer = weights_.layers.size() - 1;
  AttentionBuffers buffers = buffers_for(layer, rows);
  make_queries(layer, rows, buffers);
  const at::Tensor chosen = first_rows(batch.wanted, keys_.device());
  buffers.queries = buffers.queries.index_select(0, chosen);
  rows.residual = rows.residual.index_select(0, chosen);
  rows.variants = variants_of_wanted(batch);
  const auto wanted = renumbered(batch.wanted);
  finish_layer(layer, SegmentAttention(shape_, wanted, keys_.options())(buffers), rows);
}

at::Tensor Decoder::hidden(const TokenBatch& batch) {
  const at::Device device = keys_.device();
  Rows rows{.residual = weights_.embedding.index_select(0, indices(batch.tokens, device)),
            .placement = {indices(batch.positions, device), indices(batch.slots, device)},
            .variants = variants_of(batch),
            .first_slot = batch.first_slot};
  const SegmentAttention attention(shape_, batch.segments, keys_.options());
  for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
    if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) throw Cancelled{};
    if (steps_ != nullptr) steps_->fetch_add(1, std::memory_order_relaxed);
    if (layer + 1 < weights_.layers.size()) {
      run_layer(layer, attention, rows);
    } else {
      run_last_layer(batch, rows);
    }
  }
  return add_norm(rows.residual, at::cat(rows.updates), weights_.norm, eps_);
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const { return weights_.head(hidden); }

at::Tensor Decoder::operator()(const TokenBatch& batch) {
  const auto head = [](const DecoderWeights& variant) -> const AdaptedLinear& { return variant.head; };
  return multiply(variants_, variants_of_wanted(batch), hidden(batch), 0, head);
}

at::Tensor Decoder::step(const StepInput& input) const {
  Rows rows{.residual = weights_.embedding.index_select(0, input.tokens),
            .placement = input.placement,
            .variants = {{0, 0, input.tokens.size(0)}}};
  for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
    const AttentionBuffers buffers = buffers_for(layer, rows);
    make_queries(layer, rows, buffers);
    finish_layer(layer, attend_steps(shape_, buffers, input.key_rows, input.placement.positions), rows);
  }
  return logits(add_norm(rows.residual, at::cat(rows.updates), weights_.norm, eps_));
}

}  // namespace shoal::model
